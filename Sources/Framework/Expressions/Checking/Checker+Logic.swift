internal import Records

extension Checker {
    mutating func not(_ tree: SyntaxTree, at range: Range<Int>) -> Term? {
        guard let term = condition(tree, of: "'not'") else { return nil }
        return made(.boolean, at: range, of: [term], canBeNull: false, run: Kernels.not(term, slot: slot()))
    }

    mutating func conditions(_ trees: [SyntaxTree], isAll: Bool, at range: Range<Int>) -> Term? {
        let terms = trees.map { condition($0, of: isAll ? "'and'" : "'or'") }
        if !isAll { warnOfBlanks(trees) }
        var known: [Term] = []
        for term in terms {
            guard let term else { return nil }
            known.append(term)
        }
        // A constant decides, so that what follows is never evaluated, or says nothing.
        var open: [Term] = []
        for term in known {
            if term.constant != nil, (term.constant == .boolean(true)) == isAll { continue }
            open.append(term)
            if term.constant != nil { break }
        }
        guard let first = open.first else { return constant(.boolean(isAll), type: .boolean, at: range) }
        if first.constant != nil { return constant(.boolean(!isAll), type: .boolean, at: range) }
        for term in known { warnOfConstant(term) }
        let run = isAll ? Kernels.all(open, slot: slot()) : Kernels.any(open, slot: slot())
        return Term(.boolean, range: range, canBeNull: false, run: run)
    }

    mutating func choice(
        _ test: SyntaxTree,
        yes: SyntaxTree,
        no: SyntaxTree,
        at range: Range<Int>
    ) -> Term? {
        let condition = condition(test, of: "'if'")
        let (first, second) = (term(yes), term(no))
        guard let condition, let first, let second else { return nil }
        guard let (one, other, type) = unified(first, right: second) else {
            report(
                "expression.branches",
                message: "the branches have different types: \(name(first)) and \(name(second))",
                at: second.range,
                hint: branchHint(first, second: second)
            )
            return nil
        }
        if case .boolean(let value)? = condition.constant {
            warnOfConstant(condition)
            return placed(value ? one : other, at: range)
        }
        let run = Kernels.choice(condition, yes: one, no: other, type: type, slots: (slot(), slot()))
        return Term(type, range: range, canBeNull: one.canBeNull || other.canBeNull, run: run)
    }

    private func name(_ term: Term) -> String { term.type?.rawValue ?? "null" }

    private func branchHint(_ first: Term, second: Term) -> String {
        let text = first.type == .text ? second : first
        let isText = first.type == .text || second.type == .text
        return isText
            ? "use text(\(written(text))), or null for one of them"
            : "convert one of them, or use null for it"
    }

    mutating func fallback(_ trees: [SyntaxTree], at range: Range<Int>) -> Term? {
        let terms = trees.map { term($0) }
        var known: [Term] = []
        for term in terms {
            guard let term else { return nil }
            known.append(term)
        }
        return fallback(known, at: range)
    }

    /// The first of several terms that is not null.
    mutating func fallback(_ terms: [Term], at range: Range<Int>) -> Term? {
        guard let (unified, type) = unified(terms) else {
            let types = terms.map { name($0) }
            report(
                "expression.branches",
                message: "these values have different types: \(types.joined(separator: ", "))",
                at: terms.last?.range ?? range,
                hint: "convert them to one type"
            )
            return nil
        }
        for (index, term) in unified.enumerated().dropLast() where !term.canBeNull {
            report(
                "expression.never-null",
                message: "\(written(term)) is never null, so what follows it is never used",
                at: unified[index + 1].range,
                severity: .warning
            )
            break
        }
        guard var made = unified.last else { return nil }
        for term in unified.dropLast().reversed() {
            if term.isNull { continue }
            if term.constant != nil {
                made = term
                continue
            }
            made = Term(
                type,
                range: range,
                canBeNull: made.canBeNull && term.canBeNull,
                run: Kernels.fallback(term, second: made, type: type, slots: (slot(), slot()))
            )
        }
        return placed(made, at: range)
    }

    /// The same term as a part with another range.
    func placed(_ term: Term, at range: Range<Int>) -> Term {
        var placed = Term(
            term.type,
            range: range,
            constant: term.constant,
            canBeNull: term.canBeNull,
            run: term.run
        )
        placed.decimal = term.decimal
        return placed
    }
}
