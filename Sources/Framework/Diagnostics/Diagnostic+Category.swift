extension Diagnostic {
    /// What has to change before the same operation can succeed, and so how to handle a problem.
    ///
    /// The code that raises a problem sets the category, and code that passes it on keeps it. The exit code of a
    /// command, the reaction of layers to a failed call and how long a failure is cached depend on the category, never
    /// on the code.
    public enum Category: String, Sendable, CaseIterable {
        /// The request: the pipeline file, an option, the command line.
        case usage
        /// The environment of the program: a file, a permission, disk space, the network, a sign-in, a lock held by
        /// another program.
        case environment
        /// The data that was read or received, or its amount.
        case data
        /// Only time has to pass: a busy server, an exceeded limit.
        ///
        /// The same call may succeed later, so `retry` repeats it and no layer caches the failure.
        case transient
        /// A plugin or the program itself: it broke its contract, or failed without an explanation.
        case defect
    }

    /// What has to change before the same operation can succeed.
    ///
    /// If none was set: `usage` for a problem at a place of a text, `data` for any other.
    public var category: Category {
        get {
            if let ownCategory { return ownCategory }
            if case .text = place { return .usage }
            return .data
        }
        set { ownCategory = newValue }
    }

    /// The same problem with this category, unless a category is already set.
    public func classed(as category: Category) -> Diagnostic {
        var classed = self
        if classed.ownCategory == nil { classed.ownCategory = category }
        return classed
    }
}
