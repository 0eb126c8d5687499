internal import Diagnostics
internal import Records

extension Checker {
    mutating func call(
        _ name: String,
        trees: [SyntaxTree],
        name nameRange: Range<Int>,
        at range: Range<Int>
    ) -> Term? {
        guard let function = FunctionTable.byName[name] else {
            reportUnknown(name, at: nameRange)
            // Findings in the arguments are reported as well.
            for tree in trees { _ = term(tree) }
            return nil
        }
        let fitting = function.overloads.filter { $0.takes(trees.count) }
        guard !fitting.isEmpty else {
            for tree in trees { _ = term(tree) }
            reportCount(function, count: trees.count, at: range)
            return nil
        }
        let isPattern = (0..<trees.count).map { index in fitting.contains { $0.parameter(index).form == .pattern } }
        if name == "try" { attempts += 1 }
        let checked = arguments(trees, arePatterns: isPattern)
        if name == "try" { attempts -= 1 }
        guard let arguments = checked else { return nil }
        if fitting.contains(where: { $0.result == nil }) { return special(name, terms: arguments.terms, at: range) }
        for overload in fitting {
            guard let terms = fit(arguments.terms, to: overload) else { continue }
            let call = Call(
                text: text,
                name: nameRange,
                range: range,
                arguments: terms,
                literals: arguments.literals,
                context: context
            )
            return made(overload, call: call, terms: terms, at: range)
        }
        reportArguments(function, fitting: fitting, terms: arguments.terms)
        return nil
    }

    /// `text matches "pattern"`, which is a condition: null counts as false.
    mutating func condition(
        ofCall name: String,
        trees: [SyntaxTree],
        name nameRange: Range<Int>,
        at range: Range<Int>
    ) -> Term? {
        guard let term = call(name, trees: trees, name: nameRange, at: range) else { return nil }
        guard term.canBeNull else { return term }
        let run = Kernels.all([term], slot: slot())
        return made(.boolean, at: range, of: [term], canBeNull: false, run: run)
    }

    private mutating func arguments(
        _ trees: [SyntaxTree],
        arePatterns: [Bool]
    ) -> (terms: [Term], literals: [TextLiteral?])? {
        var terms: [Term?] = []
        var literals: [TextLiteral?] = []
        for (tree, isPattern) in zip(trees, arePatterns) {
            guard case .literal(.text(let inner)) = tree.node else {
                terms.append(term(tree))
                literals.append(nil)
                continue
            }
            if isPattern {
                let literal = Lexer.pattern(inner, of: text)
                literals.append(literal)
                terms.append(constant(.text(literal.text), type: .text, at: tree.range))
            } else {
                literals.append(try? Lexer.text(inner, of: text))
                terms.append(term(tree))
            }
        }
        let known = terms.compactMap(\.self)
        return known.count == terms.count ? (known, literals) : nil
    }

    /// The arguments as the types of an overload; nil if they do not fit.
    private mutating func fit(_ terms: [Term], to overload: Overload) -> [Term]? {
        for (index, term) in terms.enumerated() {
            if let type = overload.parameter(index).type, !term.fits(type) { return nil }
        }
        var fitted: [Term] = []
        for (index, term) in terms.enumerated() {
            guard let type = overload.parameter(index).type else {
                fitted.append(term)
                continue
            }
            guard let widened = widened(term, to: type) else { return nil }
            fitted.append(widened)
        }
        return fitted
    }

    private mutating func made(
        _ overload: Overload,
        call: Call,
        terms: [Term],
        at range: Range<Int>
    ) -> Term? {
        for (index, term) in terms.enumerated()
        where overload.parameter(index).form != .value && term.constant == nil {
            report(
                "expression.constant",
                message:
                    "\(overload.parameter(index).phrase) must be the same for all records, this depends on the record",
                at: term.range,
                hint: "write it as a text in quotes"
            )
            return nil
        }
        let kernel: Kernel
        do throws(Diagnostic) {
            kernel = try overload.make(call)
        } catch {
            findings.append(error)
            return nil
        }
        guard let result = overload.result else { return nil }
        let passesNulls = overload.nulls == .passed
        // Null in, null out.
        let cannotFail = terms.allSatisfy { $0.constant != nil || $0.column != nil }
        if !passesNulls, cannotFail, terms.contains(where: \.isNull) { return constant(.null, type: result, at: range) }
        let part = part(range, of: terms)
        return made(
            result,
            at: range,
            of: terms,
            canBeNull: overload.canGiveNull || passesNulls || terms.contains(where: \.canBeNull),
            isPure: overload.isPure,
            run: Kernels.call(kernel, arguments: terms, passesNulls: passesNulls, part: part)
        )
    }

    // MARK: Special forms

    private mutating func special(_ name: String, terms: [Term], at range: Range<Int>) -> Term? {
        switch name {
        case "coalesce": return fallback(terms, at: range)
        case "try":
            guard let term = terms.first else { return nil }
            return Term(
                term.type,
                range: range,
                constant: term.constant,
                canBeNull: true,
                run: Kernels.attempt(term, slots: (slot(), slot()))
            )
        case "null_if":
            guard terms.count == 2, let (one, other) = pair(terms, at: range) else { return nil }
            let (first, second) = Kernels.shared(one, slot: slot())
            guard let isEqual = compared(.equal, left: first, right: other, sign: other.range, at: range) else {
                return nil
            }
            let null = constant(.null, type: one.type, at: range)
            let run = Kernels.choice(isEqual, yes: null, no: second, type: one.type, slots: (slot(), slot()))
            return made(one.type, at: range, of: [one, other], canBeNull: true, run: run)
        default: return extreme(terms, isLeast: name == "min_of", at: range)
        }
    }

    /// Two terms to compare; an integer beside a real number stays one, so that the comparison is exact.
    private mutating func pair(_ terms: [Term], at range: Range<Int>) -> (Term, Term)? {
        if isMixed(terms[0], right: terms[1]) { return (terms[0], terms[1]) }
        guard let (one, other, _) = unified(terms[0], right: terms[1]) else {
            reportTypes("compared with", left: terms[0], right: terms[1], sign: terms[1].range, as: "==")
            return nil
        }
        return (one, other)
    }

    /// The least or the greatest of several terms, nulls left out.
    private mutating func extreme(_ terms: [Term], isLeast: Bool, at range: Range<Int>) -> Term? {
        guard let (unified, type) = unified(terms) else {
            report(
                "expression.branches",
                message: "these values have different types: "
                    + terms.map { $0.type?.rawValue ?? "null" }.joined(separator: ", "),
                at: terms.last?.range ?? range,
                hint: "convert them to one type"
            )
            return nil
        }
        guard let type else { return constant(.null, type: nil, at: range) }
        guard type.hasOrder else {
            report("expression.types", message: "\(type.phrase) has no order", at: range, hint: nil)
            return nil
        }
        guard var best = unified.first else { return nil }
        for term in unified.dropFirst() {
            // best is null, or term is less: a comparison with null is false, so a null term is never taken.
            let (one, two) = Kernels.shared(best, slot: slot())
            let (other, again) = Kernels.shared(term, slot: slot())
            guard let isBetter = compared(isLeast ? .greater : .less, left: one, right: other, sign: range, at: range)
            else {
                return nil
            }
            let isMissing = Term(.boolean, range: range, canBeNull: false, run: Kernels.isNull(two, slot: slot()))
            let takes = Term(
                .boolean,
                range: range,
                canBeNull: false,
                run: Kernels.any([isBetter, isMissing], slot: slot())
            )
            let run = Kernels.choice(takes, yes: again, no: two, type: type, slots: (slot(), slot()))
            guard
                let next = made(
                    type,
                    at: range,
                    of: [best, term],
                    canBeNull: best.canBeNull && term.canBeNull,
                    run: run
                )
            else { return nil }
            best = next
        }
        return placed(best, at: range)
    }

    // MARK: Findings

    private mutating func reportUnknown(_ name: String, at range: Range<Int>) {
        let hint: String
        if let ours = FunctionTable.foreignNames[name.lowercased()] {
            hint = FunctionTable.byName[ours] == nil ? ours : "it is called '\(ours)' here"
        } else if let near = suggestion(for: name, among: FunctionTable.byName.keys.sorted()) {
            hint = "did you mean '\(near)'?"
        } else {
            hint = "docs/functions.md lists all functions"
        }
        report(
            "expression.unknown-function",
            message: "there is no function '\(name)'",
            at: range,
            hint: hint
        )
    }

    private mutating func reportCount(_ function: Function, count: Int, at range: Range<Int>) {
        guard
            let overload = function.overloads.min(by: {
                abs($0.parameters.count - count) < abs($1.parameters.count - count)
            })
        else { return }
        let phrases = overload.parameters.map(\.phrase)
        let takes: String
        switch phrases.count {
        case 0: takes = "nothing"
        case 1: takes = phrases[0] + (overload.repeatsLast ? ", and more of them" : "")
        default:
            let last = phrases[phrases.count - 1]
            takes =
                phrases.dropLast().joined(separator: ", ") + " and " + last
                + (overload.repeatsLast ? ", and more of them" : "")
        }
        report(
            "expression.arguments",
            message: "\(function.name) takes \(takes); this gives it \(Self.number(count))",
            at: range,
            hint: function.usage ?? "such as \(function.example)"
        )
    }

    private static func number(_ count: Int) -> String {
        switch count {
        case 0: "no argument"
        case 1: "one argument"
        case 2: "two arguments"
        case 3: "three arguments"
        default: "\(count) arguments"
        }
    }

    private mutating func reportArguments(_ function: Function, fitting: [Overload], terms: [Term]) {
        // The form that fits furthest says what is wrong.
        let best = fitting.map { overload in
            (
                overload,
                terms.indices.first { index in
                    overload.parameter(index).type.map { !terms[index].fits($0) } ?? false
                } ?? 0
            )
        }.max { $0.1 < $1.1 }
        guard let (_, index) = best else { return }
        let term = terms[index]
        var wanted: [String] = []
        for overload in fitting {
            guard let phrase = overload.parameter(index).type?.phrase, !wanted.contains(phrase) else { continue }
            wanted.append(phrase)
        }
        let place = terms.count == 1 ? "" : " as argument \(index + 1)"
        let cast = fitting.compactMap { $0.parameter(index).type }.first { FunctionTable.byName[$0.rawValue] != nil }
        let types = wanted.joined(separator: " or ")
        report(
            "expression.types",
            message: "\(function.name) wants \(types)\(place), this is \(term.type?.phrase ?? "null")",
            at: term.range,
            hint: cast == .instant && term.type == .date && terms.count > 1
                ? "a date has no zone: write \(function.name)(\(terms.dropLast().map(written).joined(separator: ", ")))"
                : cast.map { "write \($0.rawValue)(\(written(term)))" } ?? "such as \(function.example)"
        )
    }
}

extension Overload {
    /// Whether it takes this number of arguments.
    func takes(_ count: Int) -> Bool {
        repeatsLast ? count >= parameters.count : count == parameters.count
    }

    /// The parameter of an argument.
    func parameter(_ index: Int) -> Parameter {
        index < parameters.count ? parameters[index] : parameters.last ?? .any
    }
}
