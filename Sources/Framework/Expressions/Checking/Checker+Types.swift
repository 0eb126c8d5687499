internal import Diagnostics
internal import Records

extension Checker {
    /// A term of a known type whose operands are checked: a constant if all of them are.
    mutating func made(
        _ type: ValueType?,
        at range: Range<Int>,
        of operands: [Term],
        canBeNull: Bool,
        isPure: Bool = true,
        run: @escaping Term.Run
    ) -> Term? {
        let term = Term(type, range: range, canBeNull: canBeNull, run: run)
        guard isPure, operands.allSatisfy({ $0.constant != nil }) else { return term }
        return folded(term)
    }

    /// The value of a term without columns; a failure is a finding.
    mutating func folded(_ term: Term) -> Term? {
        guard let type = term.type else { return constant(.null, type: nil, at: term.range) }
        let frame = Frame(slots: slots)
        frame.begin(count: 1, columns: [])
        let vector = term.run(frame, nil)
        if let failure = frame.failures.first {
            if attempts > 0 { return term }
            report(
                failure.code,
                message: "this has no value: \(failure.reason)",
                at: term.range,
                hint: "try(…) is null where something fails"
            )
            return nil
        }
        if type == .text || type == .bytes, vector.isPresent(0), vector.text(0).count > Self.longestConstant {
            report(
                "expression.overflow",
                message: "this constant has \(vector.text(0).count.counted("byte"))",
                at: term.range,
                hint: "a text that is the same for all records has at most \(Self.longestConstant)"
            )
            return nil
        }
        return constant(vector.value(0, type: type), type: type, at: term.range)
    }

    /// The longest text or bytes that an expression computes before it meets records.
    static let longestConstant = 1 << 20

    // MARK: Conversions

    /// A term as another type: an integer as a real or a decimal number, a literal as a decimal number, null as any.
    ///
    /// - Returns: The term; nil if the types differ.
    mutating func widened(_ term: Term, to type: ValueType) -> Term? {
        if term.type == type { return term }
        if term.isUntypedNull { return constant(.null, type: type, at: term.range) }
        switch (term.type, type) {
        case (.integer, .real):
            if case .integer(let value) = term.constant {
                return constant(.real(Double(value)), type: .real, at: term.range)
            }
            return Term(.real, range: term.range, canBeNull: term.canBeNull, run: Kernels.real(term, slot: slot()))
        case (.integer, .decimal):
            if case .integer(let value) = term.constant {
                return constant(.decimal(ExactDecimal(value)), type: .decimal, at: term.range)
            }
            return Term(
                .decimal,
                range: term.range,
                canBeNull: term.canBeNull,
                run: Kernels.decimal(term, slot: slot())
            )
        case (.real, .decimal):
            guard let decimal = term.decimal else { return nil }
            return constant(.decimal(decimal), type: .decimal, at: term.range)
        default: return nil
        }
    }

    /// Both terms as one type; nil if there is none.
    mutating func unified(_ left: Term, right: Term) -> (Term, Term, ValueType?)? {
        guard let one = left.type else {
            return right.type == nil
                ? (left, right, nil) : widened(left, to: right.type ?? .text).map { ($0, right, right.type) }
        }
        guard let other = right.type else { return widened(right, to: one).map { (left, $0, one) } }
        if one == other { return (left, right, one) }
        if let widened = widened(left, to: other) { return (widened, right, other) }
        if let widened = widened(right, to: one) { return (left, widened, one) }
        return nil
    }

    /// All terms as one type; nil if there is none.
    mutating func unified(_ terms: [Term]) -> ([Term], ValueType?)? {
        var type: ValueType?
        // A type that all others can become: each is tried, the first one first.
        for candidate in terms.compactMap(\.type) where type == nil {
            if terms.allSatisfy({ $0.fits(candidate) }) { type = candidate }
        }
        guard let type else { return terms.allSatisfy(\.isUntypedNull) ? (terms, nil) : nil }
        var made: [Term] = []
        for term in terms {
            guard let term = widened(term, to: type) else { return nil }
            made.append(term)
        }
        return (made, type)
    }

    // MARK: Conditions

    /// A term that is true or false.
    mutating func condition(_ tree: SyntaxTree, of what: String) -> Term? {
        guard let term = term(tree) else { return nil }
        if term.type == .boolean { return term }
        if term.isUntypedNull { return constant(.boolean(false), type: .boolean, at: term.range) }
        report(
            "expression.not-a-condition",
            message: "\(what) wants true or false, this is \(term.type?.phrase ?? "null")",
            at: term.range,
            hint: conditionHint(term)
        )
        return nil
    }

    func conditionHint(_ term: Term) -> String {
        let part = written(term)
        switch term.type {
        case .integer, .real, .decimal: return "did you mean a comparison, such as \(part) > 5?"
        case .text: return "did you mean a comparison, such as \(part) == \"…\", or boolean(\(part))?"
        case .date: return "did you mean a comparison, such as \(part) >= @2024-01-01?"
        case .instant: return "did you mean a comparison, such as \(part) >= @2024-01-01T00:00:00Z?"
        case .duration: return "did you mean a comparison, such as \(part) > 90min?"
        default: return "did you mean a comparison, such as \(part) is not null?"
        }
    }

    /// Says that two types do not go together, and what to write.
    ///
    /// - Parameters:
    ///   - verb: What cannot be done with them.
    ///   - left: The first one.
    ///   - right: The second one.
    ///   - sign: Where the finding is.
    ///   - operation: The operator to write; nil for the one at that place. The second operand of `in` is in brackets.
    mutating func reportTypes(
        _ verb: String,
        left: Term,
        right: Term,
        sign: Range<Int>,
        as operation: String? = nil
    ) {
        let (one, other) = (left.type ?? .text, right.type ?? .text)
        report(
            [one, other].contains(.date) && [one, other].contains(.instant) ? "expression.zone" : "expression.types",
            message: "\(one.phrase) cannot be \(verb) \(other.phrase)",
            at: sign,
            hint: typesHint(left, right: right, as: operation ?? text.written(sign))
        )
    }

    private func typesHint(_ left: Term, right: Term, as operation: String) -> String? {
        let (start, end) = operation == "in" ? ("[", "]") : ("", "")
        let (one, other) = (written(left), "\(start)\(written(right))\(end)")
        let known = [left, right].compactMap { term in
            term.column == nil ? nil : "\(written(term)) is \(term.type?.rawValue ?? "null")"
        }.joined(separator: ", ")
        let first = known.isEmpty ? "" : "\(known): "
        switch (left.type, right.type) {
        case (.text?, let number?) where number.isNumber:
            let sign = operation == "+" || operation == "in" ? operation : "=="
            let text = "\(start)\"\(written(right))\"\(end)"
            let quoted = right.constant == nil ? "" : ", or \(one) \(sign) \(text)"
            return "\(first)write \(number.rawValue)(\(one)) \(operation) \(other)\(quoted)"
        case (let number?, .text?) where number.isNumber:
            if case .text(let text)? = right.constant, Int64(text) != nil || Double(text) != nil {
                return "\(first)write \(one) \(operation) \(start)\(text)\(end), without quotes"
            }
            return "\(first)write \(one) \(operation) \(start)\(number.rawValue)(\(written(right)))\(end)"
        case (.instant?, .date?):
            if right.constant != nil {
                return "\(first)a day begins at another moment in each zone: write \(written(right))T00:00:00Z"
            }
            return "\(first)write date(\(one), \"Europe/Berlin\") \(operation) \(other), or \"UTC\""
        case (.date?, .instant?):
            if left.constant != nil {
                return "\(first)a day begins at another moment in each zone: write \(one)T00:00:00Z"
            }
            return "\(first)write \(one) \(operation) date(\(other), \"Europe/Berlin\"), or \"UTC\""
        case (.instant?, .text?): return "\(first)write \(one) \(operation) \(start)instant(\(written(right)))\(end)"
        case (.text?, .instant?): return "\(first)write instant(\(one)) \(operation) \(other)"
        case (.date?, .text?): return "\(first)write \(one) \(operation) \(start)date(\(written(right)))\(end)"
        case (.text?, .date?): return "\(first)write date(\(one)) \(operation) \(other)"
        case (.decimal?, .real?): return "\(first)write real(\(one)) \(operation) \(other)"
        case (.real?, .decimal?): return "\(first)write \(one) \(operation) real(\(other))"
        case (.boolean?, .text?): return "\(first)write \(one) \(operation) true"
        case (.text?, .boolean?): return "\(first)write boolean(\(one)) \(operation) \(other)"
        default: return known.isEmpty ? nil : known
        }
    }
}

extension Term {
    /// Whether it can be widened to a type.
    func fits(_ type: ValueType) -> Bool {
        if self.type == type || isUntypedNull { return true }
        switch (self.type, type) {
        case (.integer, .real), (.integer, .decimal): return true
        case (.real, .decimal): return decimal != nil
        default: return false
        }
    }
}
