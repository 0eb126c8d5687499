extension Diagnostic {
    /// What has to change before the same goes well, and so what to do about a problem.
    ///
    /// Set by whoever raises the problem, kept by whoever hands it on. The exit code of a command, what layers do about
    /// a failed call and how long a failure is remembered are read from it, never from the code.
    public enum Category: String, Sendable, CaseIterable {
        /// What was asked for: the pipeline file, an option, the command line.
        case usage
        /// What the program needs around it: a file, a permission, room on the disk, the network, a sign-in, another
        /// program that has to let go.
        case environment
        /// What was read or answered, or how much of it there is.
        case data
        /// Nothing but the time: a server that is busy, a limit that was exceeded.
        ///
        /// The same call may succeed later, so `retry` makes it again, and no layer remembers it.
        case transient
        /// A plugin or the program itself: it broke its contract, or failed in a way that it does not explain.
        case defect
    }

    /// What has to change before the same goes well.
    ///
    /// Where whoever raised the problem has set none: `usage` at a place of a text that somebody wrote, `data` elsewhere.
    public var category: Category {
        get {
            if let ownCategory { return ownCategory }
            if case .text = place { return .usage }
            return .data
        }
        set { ownCategory = newValue }
    }

    /// The same problem, of this category unless whoever raised it has set one.
    public func classed(as category: Category) -> Diagnostic {
        var classed = self
        if classed.ownCategory == nil { classed.ownCategory = category }
        return classed
    }
}
