internal import Records

extension Checker {
    // MARK: Arithmetic

    mutating func negated(_ tree: SyntaxTree, at range: Range<Int>) -> Term? {
        guard let term = term(tree) else { return nil }
        switch term.type {
        case nil: return constant(.null, type: nil, at: range)
        case .integer, .real, .duration:
            let run = Kernels.negated(term, part: part(range, of: [term]))
            guard var made = made(term.type, at: range, of: [term], canBeNull: term.canBeNull, run: run) else {
                return nil
            }
            // The sign belongs to the literal.
            made.decimal = term.decimal.map(DecimalArithmetic.negated)
            return made
        case .decimal:
            let zero = constant(.decimal(ExactDecimal(0)), type: .decimal, at: range)
            let run = Kernels.decimals(zero, right: term, part: part(range, of: [zero, term])) { _, number in
                DecimalArithmetic.negated(number)
            }
            return made(.decimal, at: range, of: [term], canBeNull: term.canBeNull, run: run)
        case let type?:
            report(
                "expression.types",
                message: "\(type.phrase) has no opposite",
                at: range,
                hint: type == .boolean ? "write not \(written(term))" : "- stands before a number or a length of time"
            )
            return nil
        }
    }

    mutating func arithmetic(
        _ operation: SyntaxTree.Arithmetic,
        left: SyntaxTree,
        right: SyntaxTree,
        sign: Range<Int>,
        at range: Range<Int>
    ) -> Term? {
        let (one, other) = (term(left), term(right))
        guard let one, let other else { return nil }
        if one.type == nil, other.type == nil { return constant(.null, type: nil, at: range) }
        if let times = times(operation, left: one, right: other, at: range) { return times }
        guard let (one, other, type) = unified(one, right: other), let type else {
            reportTypes(Self.verb(operation), left: one, right: other, sign: sign)
            return nil
        }
        let run: Term.Run
        var result = type
        switch type {
        case .integer:
            if operation == .over { result = .real }
            run = integers(operation, left: one, right: other, part: part(range, of: [one, other]))
        case .real: run = reals(operation, left: one, right: other, part: part(range, of: [one, other]))
        case .decimal: run = decimals(operation, left: one, right: other, part: part(range, of: [one, other]))
        case .text where operation == .plus:
            run = Kernels.joined(one, right: other, part: part(range, of: [one, other]))
        default:
            report(
                "expression.types",
                message: "\(type.phrase) cannot be \(Self.verb(operation)) \(type.phrase)",
                at: sign,
                hint: type == .text ? "texts are joined with +" : nil
            )
            return nil
        }
        return made(result, at: range, of: [one, other], canBeNull: one.canBeNull || other.canBeNull, run: run)
    }

    private static func verb(_ operation: SyntaxTree.Arithmetic) -> String {
        switch operation {
        case .plus: "added to"
        case .minus: "reduced by"
        case .times: "multiplied with"
        case .over, .modulo: "divided by"
        }
    }

    private func integers(_ operation: SyntaxTree.Arithmetic, left: Term, right: Term, part: Part) -> Term.Run {
        switch operation {
        case .plus: Kernels.words(IntegerOperations.Add.self, left: left, right: right, part: part)
        case .minus: Kernels.words(IntegerOperations.Subtract.self, left: left, right: right, part: part)
        case .times: Kernels.words(IntegerOperations.Multiply.self, left: left, right: right, part: part)
        case .over: Kernels.words(IntegerOperations.Divide.self, left: left, right: right, part: part)
        case .modulo: Kernels.words(IntegerOperations.Modulo.self, left: left, right: right, part: part)
        }
    }

    private func reals(_ operation: SyntaxTree.Arithmetic, left: Term, right: Term, part: Part) -> Term.Run {
        switch operation {
        case .plus: Kernels.words(RealOperations.Add.self, left: left, right: right, part: part)
        case .minus: Kernels.words(RealOperations.Subtract.self, left: left, right: right, part: part)
        case .times: Kernels.words(RealOperations.Multiply.self, left: left, right: right, part: part)
        case .over: Kernels.words(RealOperations.Divide.self, left: left, right: right, part: part)
        case .modulo: Kernels.words(RealOperations.Modulo.self, left: left, right: right, part: part)
        }
    }

    private func decimals(_ operation: SyntaxTree.Arithmetic, left: Term, right: Term, part: Part) -> Term.Run {
        switch operation {
        case .plus: Kernels.decimals(left, right: right, part: part, operation: DecimalArithmetic.sum)
        case .minus: Kernels.decimals(left, right: right, part: part, operation: DecimalArithmetic.difference)
        case .times: Kernels.decimals(left, right: right, part: part, operation: DecimalArithmetic.product)
        case .over: Kernels.decimals(left, right: right, part: part, operation: DecimalArithmetic.quotient)
        case .modulo: Kernels.decimals(left, right: right, part: part, operation: DecimalArithmetic.modulo)
        }
    }

    /// Arithmetic of times and lengths of time; nil if it is not that, and a term of nil after a finding.
    private mutating func times(
        _ operation: SyntaxTree.Arithmetic,
        left: Term,
        right: Term,
        at range: Range<Int>
    ) -> Term?? {
        let result: ValueType
        var (left, right) = (left, right)
        enum Way { case add, subtract, multiply, divide, share, later, earlier, date, days }
        let way: Way
        switch (left.type, operation, right.type) {
        case (.duration, .plus, .duration): (result, way) = (.duration, .add)
        case (.duration, .minus, .duration): (result, way) = (.duration, .subtract)
        case (.duration, .over, .duration): (result, way) = (.real, .divide)
        case (.duration, .over, .integer): (result, way) = (.duration, .share)
        case (.duration, .times, .integer), (.integer, .times, .duration): (result, way) = (.duration, .multiply)
        case (.instant, .plus, .duration): (result, way) = (.instant, .later)
        case (.duration, .plus, .instant):
            (left, right) = (right, left)
            (result, way) = (.instant, .later)
        case (.instant, .minus, .duration): (result, way) = (.instant, .earlier)
        case (.instant, .minus, .instant): (result, way) = (.duration, .subtract)
        case (.date, .plus, .duration): (result, way) = (.date, .date)
        case (.duration, .plus, .date):
            (left, right) = (right, left)
            (result, way) = (.date, .date)
        case (.date, .minus, .duration):
            guard let opposite = negative(right) else { return .some(nil) }
            right = opposite
            (result, way) = (.date, .date)
        case (.date, .minus, .date): (result, way) = (.duration, .days)
        default: return nil
        }
        let part = part(range, of: [left, right])
        let run =
            switch way {
            case .add: Kernels.words(TimeOperations.Add.self, left: left, right: right, part: part)
            case .subtract: Kernels.words(TimeOperations.Subtract.self, left: left, right: right, part: part)
            case .multiply: Kernels.words(TimeOperations.Multiply.self, left: left, right: right, part: part)
            case .divide: Kernels.words(IntegerOperations.Divide.self, left: left, right: right, part: part)
            case .share: Kernels.words(TimeOperations.Share.self, left: left, right: right, part: part)
            case .later: Kernels.words(TimeOperations.AddToInstant.self, left: left, right: right, part: part)
            case .earlier: Kernels.words(TimeOperations.SubtractFromInstant.self, left: left, right: right, part: part)
            case .date: Kernels.words(TimeOperations.AddToDate.self, left: left, right: right, part: part)
            case .days: Kernels.words(TimeOperations.DaysBetween.self, left: left, right: right, part: part)
            }
        return .some(
            made(result, at: range, of: [left, right], canBeNull: left.canBeNull || right.canBeNull, run: run)
        )
    }

    private mutating func negative(_ term: Term) -> Term? {
        let run = Kernels.negated(term, part: part(term.range, of: [term]))
        return made(.duration, at: term.range, of: [term], canBeNull: term.canBeNull, run: run)
    }

    // MARK: Comparisons

    mutating func comparison(
        _ comparison: SyntaxTree.Comparison,
        left: SyntaxTree,
        right: SyntaxTree,
        sign: Range<Int>,
        at range: Range<Int>
    ) -> Term? {
        let (one, other) = (term(left), term(right))
        guard let one, let other else { return nil }
        return compared(comparison, left: one, right: other, sign: sign, at: range)
    }

    func isMixed(_ left: Term, right: Term) -> Bool {
        left.type == .integer && right.type == .real && right.decimal == nil
            || left.type == .real && right.type == .integer
            || left.type == .integer && right.type == .real
    }

    mutating func compared(
        _ comparison: SyntaxTree.Comparison,
        left: Term,
        right: Term,
        sign: Range<Int>,
        as operation: String? = nil,
        at range: Range<Int>
    ) -> Term? {
        var (one, other) = (left, right)
        if !isMixed(left, right: right) {
            guard let (first, second, _) = unified(left, right: right) else {
                reportTypes("compared with", left: left, right: right, sign: sign, as: operation)
                return nil
            }
            (one, other) = (first, second)
        }
        if comparison.isOrder, let type = one.type, !type.hasOrder {
            report(
                "expression.types",
                message: "\(type == .boolean ? "true and false have" : "bytes have") no order",
                at: sign,
                hint: "they are compared with == and !="
            )
            return nil
        }
        let run = Kernels.comparison(comparison, left: one, right: other, slot: slot())
        return made(.boolean, at: range, of: [one, other], canBeNull: false, run: run)
    }

    mutating func within(
        _ tree: SyntaxTree,
        lower: SyntaxTree,
        upper: SyntaxTree,
        sign: Range<Int>,
        at range: Range<Int>
    ) -> Term? {
        let (value, low, high) = (term(tree), term(lower), term(upper))
        guard let value, let low, let high else { return nil }
        let (first, second) = Kernels.shared(value, slot: slot())
        guard let above = compared(.greaterOrEqual, left: first, right: low, sign: sign, as: ">=", at: range),
            let below = compared(.lessOrEqual, left: second, right: high, sign: sign, as: "<=", at: range)
        else { return nil }
        let run = Kernels.all([above, below], slot: slot())
        return made(.boolean, at: range, of: [value, low, high], canBeNull: false, run: run)
    }

    mutating func member(
        _ tree: SyntaxTree,
        members: [SyntaxTree],
        sign: Range<Int>,
        at range: Range<Int>
    ) -> Term? {
        let value = term(tree)
        let terms = members.map { term($0) }
        guard let value, terms.allSatisfy({ $0 != nil }) else { return nil }
        var (values, places): ([Value], [Term]) = ([], [])
        for term in terms.compactMap(\.self) {
            guard let constant = term.constant else {
                report(
                    "expression.list",
                    message: "a list holds constants, this depends on the record",
                    at: term.range,
                    hint: "write \(written(value)) == \(written(term)), joined with or"
                )
                return nil
            }
            // Integers and real numbers are compared exactly, as with ==: 7.0 is one of the integers, 7.5 is not.
            if isMixed(value, right: term) {
                guard let equal = constant.asNumber(value.type) else {
                    warnOfForeignMember(term, in: value)
                    continue
                }
                values.append(equal)
            } else if let type = value.type, !term.fits(type) {
                reportTypes("compared with", left: value, right: term, sign: term.range, as: "in")
                return nil
            } else {
                values.append(value.type.flatMap { widened(term, to: $0)?.constant } ?? constant)
            }
            places.append(term)
        }
        warnOfMembers(values, of: places, in: value)
        let run = Kernels.member(value, of: values, slot: slot())
        return made(.boolean, at: range, of: [value], canBeNull: false, run: run)
    }

    mutating func isNull(_ tree: SyntaxTree, at range: Range<Int>) -> Term? {
        guard let term = term(tree) else { return nil }
        return made(.boolean, at: range, of: [term], canBeNull: false, run: Kernels.isNull(term, slot: slot()))
    }

    mutating func test(
        _ test: SyntaxTree.TextTest,
        left: SyntaxTree,
        right: SyntaxTree,
        sign: Range<Int>,
        at range: Range<Int>
    ) -> Term? {
        if test == .matches { return condition(ofCall: "matches", trees: [left, right], name: sign, at: range) }
        let (one, other) = (term(left), term(right))
        guard let one, let other else { return nil }
        for term in [one, other] where term.type != .text && !term.isUntypedNull {
            report(
                "expression.types",
                message: "'\(test.rawValue)' wants texts, this is \(term.type?.phrase ?? "null")",
                at: term.range,
                hint: "write text(\(written(term)))"
            )
            return nil
        }
        let run =
            one.isNull || other.isNull
            ? Kernels.never([one, other], slot: slot()) : Kernels.test(test, left: one, right: other, slot: slot())
        return made(.boolean, at: range, of: [one, other], canBeNull: false, run: run)
    }
}

extension Value {
    /// The integer that a real number equals, or the real number that an integer equals; nil if there is none.
    fileprivate func asNumber(_ type: ValueType?) -> Value? {
        switch (self, type) {
        case (.real(let real), .integer): Int64(exactly: real).map { .integer($0) }
        case (.integer(let integer), .real): Double(exactly: integer).map { .real($0) }
        default: self
        }
    }
}
