internal import Diagnostics

extension Parser {
    mutating func primary() throws(Diagnostic) -> SyntaxTree {
        let start = token
        switch start.kind {
        case .integer(let number):
            advance()
            guard let integer = Int64(exactly: number) else {
                throw finding(
                    "expression.number",
                    message: "this number does not fit into 64 bits",
                    at: start.range,
                    hint: "the largest is \(Int64.max)"
                )
            }
            return SyntaxTree(.literal(.integer(integer)), range: start.range)
        case .real(let real, let decimal):
            advance()
            return SyntaxTree(.literal(.real(real, decimal)), range: start.range)
        case .text(let range): return literal(.text(range))
        case .duration(let microseconds): return literal(.duration(microseconds))
        case .date(let days): return literal(.date(days))
        case .instant(let microseconds): return literal(.instant(microseconds))
        case .keyword(.null): return literal(.null)
        case .keyword(.true): return literal(.boolean(true))
        case .keyword(.false): return literal(.boolean(false))
        case .quotedName(let name):
            advance()
            return SyntaxTree(.column(name), range: start.range)
        case .name(let name):
            advance()
            guard token.kind == .sign(.open) else { return SyntaxTree(.column(name), range: start.range) }
            return try call(name, at: start.range)
        // Operators in the middle, and functions in front: `matches(title, "…")`.
        case .keyword(let word) where word == .contains || word == .matches:
            guard index + 1 < tokens.count, tokens[index + 1].kind == .sign(.open) else { throw missing() }
            advance()
            return try call(word.rawValue, at: start.range)
        case .sign(.open):
            advance()
            let inner = try nested { (parser) throws(Diagnostic) in try parser.expression() }
            guard token.kind == .sign(.close) else {
                throw finding(
                    "expression.syntax",
                    message: "expected ')', found \(found)",
                    at: token.kind == .end ? start.range : token.range,
                    hint: token.kind == .end ? "this '(' has no ')'" : nil
                )
            }
            let range = start.range.lowerBound..<token.range.upperBound
            advance()
            return SyntaxTree(inner.node, range: range, depth: inner.depth)
        default: throw missing()
        }
    }

    private mutating func literal(_ literal: SyntaxTree.Literal) -> SyntaxTree {
        let range = token.range
        advance()
        return SyntaxTree(.literal(literal), range: range)
    }

    private mutating func call(_ name: String, at range: Range<Int>) throws(Diagnostic) -> SyntaxTree {
        let open = token.range
        advance()
        var arguments: [SyntaxTree] = []
        while token.kind != .sign(.close) {
            arguments.append(try nested { (parser) throws(Diagnostic) in try parser.expression() })
            if token.kind == .sign(.close) { break }
            guard take(.comma) else {
                throw finding(
                    "expression.syntax",
                    message: "expected ',' or ')' after an argument of '\(name)', found \(found)",
                    at: token.kind == .end ? open : token.range,
                    hint: token.kind == .end ? "this '(' has no ')'" : nil
                )
            }
        }
        let end = token.range.upperBound
        advance()
        return try tree(
            .call(name, arguments: arguments, name: range),
            range: range.lowerBound..<end,
            of: arguments
        )
    }

    private func missing() -> Diagnostic {
        let hint: String? =
            switch token.kind {
            case .keyword(.if): "put brackets around it: (if … then … else …)"
            case .keyword(let word):
                "a column of this name is written `\(word.rawValue)`"
            case .sign(.openList): "a list stands after in: year in [1990, 1991]"
            default: nil
            }
        return finding(
            "expression.syntax",
            message: "expected a value, found \(found)",
            at: token.range,
            hint: hint
        )
    }
}
