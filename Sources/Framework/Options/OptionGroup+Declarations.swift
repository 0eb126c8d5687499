internal import Platform

/// An option as a group declares it.
struct DeclaredOption: Sendable {
    /// The property.
    let property: String
    let definition: OptionDefinition
    let declaration: any OptionDeclaration

    /// The options of the groups that were asked for: reflection takes longer than everything else about binding, and a
    /// pipeline has many stages of few plugins.
    fileprivate static let known = Locked<[ObjectIdentifier: [DeclaredOption]]>([:])
}

extension OptionGroup {
    /// The options of the group, in the order of declaration.
    static var declared: [DeclaredOption] {
        let group = ObjectIdentifier(Self.self)
        if let known = DeclaredOption.known.withLock({ $0[group] }) { return known }
        let declared = Mirror(reflecting: Self()).children.compactMap { child -> DeclaredOption? in
            // The storage of a wrapped property `pageSize` is called `_pageSize`.
            guard let label = child.label, label.hasPrefix("_"),
                let declaration = child.value as? any OptionDeclaration
            else { return nil }
            let property = String(label.dropFirst())
            return DeclaredOption(
                property: property,
                definition: declaration.definition(named: property.snakeCased),
                declaration: declaration
            )
        }
        DeclaredOption.known.withLock { $0[group] = declared }
        return declared
    }
}
