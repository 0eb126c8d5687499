internal import Records

/// What is probably a mistake, although it has a meaning.
extension Checker {
    /// A condition that does not depend on the record.
    mutating func warnOfConstant(_ term: Term) {
        guard term.constant != nil else { return }
        report(
            "expression.constant",
            message: "this is \(term.constant == .boolean(true) ? "true" : "false") for all records",
            at: term.range,
            severity: .warning
        )
    }

    /// `x == null or x == ""`, for which there is a function.
    mutating func warnOfBlanks(_ trees: [SyntaxTree]) {
        for (one, other) in zip(trees, trees.dropFirst()) {
            guard let name = one.columnThatIsNull ?? other.columnThatIsNull,
                (emptyColumn(one) ?? emptyColumn(other)) == name
            else { continue }
            report(
                "expression.blank",
                message: "there is a function for texts that are null or empty",
                at: one.range.lowerBound..<other.range.upperBound,
                hint: "write is_blank(\(name))",
                severity: .warning
            )
            return
        }
    }

    /// The column of `x == ""`.
    private func emptyColumn(_ tree: SyntaxTree) -> String? {
        guard case .comparison(.equal, let left, let right, _) = tree.node else { return nil }
        switch (left.node, right.node) {
        case (.column(let name), .literal(.text(let range))) where range.isEmpty: return name
        case (.literal(.text(let range)), .column(let name)) where range.isEmpty: return name
        default: return nil
        }
    }

    /// A member of a list that no number of the value's type equals, such as 7.5 for an integer.
    mutating func warnOfForeignMember(_ term: Term, in value: Term) {
        report(
            "expression.member",
            message: "\(written(value)) is never \(written(term)), since it is \(value.type?.phrase ?? "null")",
            at: term.range,
            severity: .warning
        )
    }

    /// A member of a list that is there twice, or that nothing can equal.
    mutating func warnOfMembers(_ values: [Value], of terms: [Term], in value: Term) {
        var known: Set<Value> = []
        for (member, term) in zip(values, terms) {
            let isTwice = !known.insert(member).inserted
            guard isTwice || member == .null && !value.canBeNull else { continue }
            report(
                "expression.member",
                message: isTwice
                    ? "\(written(term)) is in this list twice" : "\(written(value)) is never null",
                at: term.range,
                severity: .warning
            )
        }
    }
}

extension SyntaxTree {
    /// The column of `x == null` or `x is null`.
    fileprivate var columnThatIsNull: String? {
        switch node {
        case .isNull(let part):
            if case .column(let name) = part.node { return name }
        case .comparison(.equal, let left, let right, _):
            switch (left.node, right.node) {
            case (.column(let name), .literal(.null)), (.literal(.null), .column(let name)): return name
            default: break
            }
        default: break
        }
        return nil
    }
}
