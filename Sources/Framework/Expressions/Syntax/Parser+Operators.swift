internal import Diagnostics

extension Parser {
    // MARK: Comparisons and tests

    mutating func comparison() throws(Diagnostic) -> SyntaxTree {
        let left = try sum()
        let sign = token.range
        if let comparison = comparisonSign {
            advance()
            let right = try sum()
            if comparisonSign != nil {
                throw finding(
                    "expression.chain",
                    message: "comparisons cannot be chained",
                    at: token.range,
                    hint: chainHint(left, first: comparison, middle: right)
                )
            }
            return try join(.comparison(comparison, left, right, at: sign), left: left, right: right)
        }
        if take(.is) {
            let isNegated = take(.not)
            let end = token.range
            guard take(.null) else {
                throw finding(
                    "expression.syntax",
                    message: "expected 'null' after 'is', found \(found)",
                    at: end,
                    hint: "other values are compared with =="
                )
            }
            let range = left.range.lowerBound..<end.upperBound
            let test = try tree(.isNull(left), range: range, of: [left])
            return isNegated ? try tree(.not(test), range: range, of: [test]) : test
        }
        let isNegated = takesNot
        if isNegated { advance() }
        guard let test = try self.test(left) else { return left }
        return isNegated ? try tree(.not(test), range: test.range, of: [test]) : test
    }

    private var comparisonSign: SyntaxTree.Comparison? {
        guard case .sign(let sign) = token.kind else { return nil }
        return SyntaxTree.Comparison(rawValue: sign.rawValue)
    }

    /// Whether the next words are `not in`, `not contains` and the like.
    private var takesNot: Bool {
        guard token.kind == .keyword(.not), index + 1 < tokens.count else { return false }
        switch tokens[index + 1].kind {
        case .keyword(.in), .keyword(.contains), .keyword(.matches): return true
        case .name("starts"), .name("ends"): return true
        default: return false
        }
    }

    private mutating func test(_ left: SyntaxTree) throws(Diagnostic) -> SyntaxTree? {
        let start = token.range
        switch token.kind {
        case .keyword(.in):
            advance()
            return try membership(left, at: start)
        case .keyword(.contains):
            advance()
            return try textTest(.contains, left: left, at: start)
        case .keyword(.matches):
            advance()
            return try textTest(.matches, left: left, at: start)
        case .name(let word) where word == "starts" || word == "ends":
            advance()
            guard case .name("with") = token.kind else {
                throw finding(
                    "expression.syntax",
                    message: "expected 'with' after '\(word)', found \(found)",
                    at: token.range,
                    hint: "title \(word) with \"The \""
                )
            }
            let range = start.lowerBound..<token.range.upperBound
            advance()
            return try textTest(word == "starts" ? .startsWith : .endsWith, left: left, at: range)
        default: return nil
        }
    }

    private mutating func textTest(
        _ test: SyntaxTree.TextTest,
        left: SyntaxTree,
        at range: Range<Int>
    ) throws(Diagnostic) -> SyntaxTree {
        let right = try sum()
        return try join(.test(test, left, right, at: range), left: left, right: right)
    }

    private mutating func membership(_ left: SyntaxTree, at start: Range<Int>) throws(Diagnostic) -> SyntaxTree {
        if take(.openList) {
            var members: [SyntaxTree] = []
            while token.kind != .sign(.closeList) {
                members.append(try nested { (parser) throws(Diagnostic) in try parser.sum() })
                if token.kind != .sign(.closeList), !take(.comma) {
                    throw finding(
                        "expression.syntax",
                        message: "expected ',' or ']' in a list, found \(found)",
                        at: token.range,
                        hint: "year in [1990, 1991]"
                    )
                }
            }
            let end = token.range
            advance()
            let range = left.range.lowerBound..<end.upperBound
            return try tree(.member(left, of: members, at: start), range: range, of: members + [left])
        }
        if hasCommaInBrackets {
            throw finding(
                "expression.syntax",
                message: "a list is written in square brackets",
                at: token.range,
                hint: "year in [1990, 1991]"
            )
        }
        let lower = try sum()
        guard take(.range) else {
            throw finding(
                "expression.syntax",
                message: "expected a list or a range after 'in', found \(found)",
                at: token.range,
                hint: "year in [1990, 1991], or year in 1990..1999"
            )
        }
        let upper = try sum()
        let range = left.range.lowerBound..<upper.range.upperBound
        return try tree(.within(left, lower, upper, at: start), range: range, of: [left, lower, upper])
    }

    private func chainHint(
        _ left: SyntaxTree,
        first: SyntaxTree.Comparison,
        middle: SyntaxTree
    ) -> String {
        guard index + 1 < tokens.count, let second = comparisonSign else { return "join two comparisons with and" }
        let next = tokens[index + 1]
        let (low, name, high) = (text.written(left.range), text.written(middle.range), text.written(next.range))
        let both = "\(low) \(first.rawValue) \(name) and \(name) \(second.rawValue) \(high)"
        guard case .literal(.integer(let lower)) = left.node, case .integer(let upper) = next.kind, upper > 0,
            upper < 1 << 62, first == .lessOrEqual || first == .less, second == .lessOrEqual || second == .less
        else { return "write \(both)" }
        let from = first == .less ? lower &+ 1 : lower
        let to = second == .less ? upper - 1 : upper
        return "write \(name) in \(from)..\(to), or \(both)"
    }

    private func join(
        _ node: SyntaxTree.Node,
        left: SyntaxTree,
        right: SyntaxTree
    ) throws(Diagnostic) -> SyntaxTree {
        try tree(node, range: left.range.lowerBound..<right.range.upperBound, of: [left, right])
    }

    // MARK: Arithmetic

    mutating func sum() throws(Diagnostic) -> SyntaxTree {
        var left = try product()
        while case .sign(let sign) = token.kind, sign == .plus || sign == .minus {
            let range = token.range
            advance()
            let right = try product()
            left = try join(
                .arithmetic(sign == .plus ? .plus : .minus, left, right, at: range),
                left: left,
                right: right
            )
        }
        return left
    }

    private mutating func product() throws(Diagnostic) -> SyntaxTree {
        var left = try unary()
        while case .sign(let sign) = token.kind, let operation = SyntaxTree.Arithmetic(rawValue: sign.rawValue),
            operation != .plus, operation != .minus
        {
            let range = token.range
            advance()
            let right = try unary()
            left = try join(.arithmetic(operation, left, right, at: range), left: left, right: right)
        }
        return left
    }

    private mutating func unary() throws(Diagnostic) -> SyntaxTree {
        let start = token.range
        guard take(.minus) else { return try fallback() }
        // The least integer has no positive counterpart.
        if case .integer(let number) = token.kind, number == 1 << 63 {
            let range = start.lowerBound..<token.range.upperBound
            advance()
            return SyntaxTree(.literal(.integer(.min)), range: range)
        }
        let part = try nested { (parser) throws(Diagnostic) in try parser.unary() }
        return try tree(.negated(part), range: start.lowerBound..<part.range.upperBound, of: [part])
    }

    /// What may follow `??`: a part, or a number or a length of time with a sign, which needs no brackets.
    private mutating func signed() throws(Diagnostic) -> SyntaxTree {
        guard token.kind == .sign(.minus), index + 1 < tokens.count else { return try primary() }
        switch tokens[index + 1].kind {
        case .integer(1 << 63): return try unary()
        case .integer, .real, .duration:
            let start = token.range
            advance()
            let part = try primary()
            return try tree(.negated(part), range: start.lowerBound..<part.range.upperBound, of: [part])
        default:
            throw finding(
                "expression.syntax",
                message: "expected a value after '??', found '-'",
                at: token.range,
                hint: "put brackets around what follows: (- …)"
            )
        }
    }

    private mutating func fallback() throws(Diagnostic) -> SyntaxTree {
        let first = try primary()
        var parts = [first]
        while take(.fallback) { parts.append(try signed()) }
        guard let last = parts.last, parts.count > 1 else { return first }
        return try tree(
            .fallback(parts),
            range: first.range.lowerBound..<last.range.upperBound,
            of: parts
        )
    }
}
