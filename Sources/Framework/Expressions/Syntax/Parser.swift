internal import Diagnostics

/// Parses an expression by recursive descent; each function is a rule of the grammar in `docs/expressions.md`.
struct Parser {
    let text: ExpressionText
    let tokens: [Token]
    var index = 0
    /// How many rules within rules are open.
    private var nesting = 0

    init(_ text: ExpressionText) throws(Diagnostic) {
        self.text = text
        tokens = try Lexer.tokens(of: text)
    }

    /// The tree of a whole text.
    ///
    /// - Throws: The first finding.
    static func tree(of text: ExpressionText) throws(Diagnostic) -> SyntaxTree {
        var parser = try Parser(text)
        if parser.token.kind == .end {
            throw parser.finding(
                "expression.empty",
                message: "there is no expression",
                at: 0..<text.bytes.count,
                hint: "such as year >= 1990"
            )
        }
        let tree = try parser.expression()
        guard parser.token.kind == .end else { throw parser.unexpected(after: tree) }
        return tree
    }

    var token: Token { tokens[index] }

    mutating func advance() { index = min(index + 1, tokens.count - 1) }

    mutating func take(_ sign: Token.Sign) -> Bool {
        guard token.kind == .sign(sign) else { return false }
        advance()
        return true
    }

    mutating func take(_ keyword: Token.Keyword) -> Bool {
        guard token.kind == .keyword(keyword) else { return false }
        advance()
        return true
    }

    // MARK: Depth

    /// The most levels of an expression, so that no recursion exhausts a stack.
    static let deepest = 200

    /// A tree of parts, unless it has too many levels.
    func tree(_ node: SyntaxTree.Node, range: Range<Int>, of parts: [SyntaxTree]) throws(Diagnostic) -> SyntaxTree {
        let depth = 1 + (parts.map(\.depth).max() ?? 0)
        guard depth <= Self.deepest else { throw tooDeep(range) }
        return SyntaxTree(node, range: range, depth: depth)
    }

    private func tooDeep(_ range: Range<Int>) -> Diagnostic {
        finding(
            "expression.depth",
            message: "this expression has more than \(Self.deepest) levels",
            at: range,
            hint: "compute a part of it in a column of its own"
        )
    }

    mutating func nested<Result>(
        _ rule: (inout Parser) throws(Diagnostic) -> Result
    ) throws(Diagnostic) -> Result {
        guard nesting < Self.deepest else { throw tooDeep(token.range) }
        nesting += 1
        defer { nesting -= 1 }
        return try rule(&self)
    }

    // MARK: Expression, or, and, not

    mutating func expression() throws(Diagnostic) -> SyntaxTree {
        guard token.kind == .keyword(.if) else { return try disjunction() }
        return try nested { (parser) throws(Diagnostic) in try parser.choice() }
    }

    private mutating func choice() throws(Diagnostic) -> SyntaxTree {
        let start = token.range
        advance()
        if hasCommaInBrackets {
            throw finding(
                "expression.syntax",
                message: "'if' is no function here",
                at: start,
                hint: "write if CONDITION then VALUE else VALUE"
            )
        }
        let condition = try expression()
        try expect(.then, after: "the condition", of: start)
        let yes = try expression()
        try expect(.else, after: "the value for true", of: start)
        let no = try expression()
        return try tree(
            .choice(condition, then: yes, otherwise: no),
            range: start.lowerBound..<no.range.upperBound,
            of: [condition, yes, no]
        )
    }

    private mutating func expect(
        _ keyword: Token.Keyword,
        after what: String,
        of start: Range<Int>
    ) throws(Diagnostic) {
        if take(keyword) { return }
        throw finding(
            "expression.syntax",
            message: "expected '\(keyword.rawValue)' after \(what), found \(found)",
            at: token.range,
            hint: "if CONDITION then VALUE else VALUE"
        )
    }

    private mutating func disjunction() throws(Diagnostic) -> SyntaxTree {
        let first = try conjunction()
        var parts = [first]
        while take(.or) { parts.append(try conjunction()) }
        if parts.count == 1 { return first }
        return try tree(.any(parts), range: span(of: parts), of: parts)
    }

    private mutating func conjunction() throws(Diagnostic) -> SyntaxTree {
        let first = try negation()
        var parts = [first]
        while take(.and) { parts.append(try negation()) }
        if parts.count == 1 { return first }
        return try tree(.all(parts), range: span(of: parts), of: parts)
    }

    private func span(of parts: [SyntaxTree]) -> Range<Int> {
        guard let first = parts.first, let last = parts.last else { return 0..<0 }
        return first.range.lowerBound..<last.range.upperBound
    }

    private mutating func negation() throws(Diagnostic) -> SyntaxTree {
        let start = token.range
        guard take(.not) else { return try comparison() }
        let part = try nested { (parser) throws(Diagnostic) in try parser.negation() }
        return try tree(.not(part), range: start.lowerBound..<part.range.upperBound, of: [part])
    }

    // MARK: Findings

    func finding(
        _ code: Diagnostic.Code,
        message: String,
        at range: Range<Int>,
        hint: String?
    ) -> Diagnostic {
        Diagnostic(code, message: message, category: .usage, at: .text(text.range(of: range)), hint: hint)
    }

    /// The current token as it is written.
    var found: String { token.kind == .end ? "the end" : "'\(text.written(token.range))'" }

    func unexpected(after tree: SyntaxTree) -> Diagnostic {
        let hint: String? =
            switch token.kind {
            case .keyword(.if): "put brackets around it: (if … then … else …)"
            case .sign(.close): "no '(' is open here"
            case .keyword(.then), .keyword(.else): "there is no 'if' before it"
            case .name(let word) where foreignHint(word) != nil: foreignHint(word)
            case .name, .quotedName, .integer, .real, .text:
                foreignHint(of: tree) ?? "an operator is missing before it"
            default: nil
            }
        return finding(
            "expression.syntax",
            message: "the expression ends before \(found)",
            at: token.range,
            hint: hint
        )
    }

    /// What to write instead of a word of another language; nil for any other word.
    private func foreignHint(_ word: String) -> String? {
        let small = word.lowercased()
        if word != small, let keyword = Token.Keyword(rawValue: small) { return "write \(keyword.rawValue)" }
        return switch small {
        case "like", "ilike", "rlike", "regexp", "glob":
            "write title contains \"a\", title starts with \"a\", or title matches \"a.*b\""
        case "between": "write year in 1990..1999"
        case "when", "case", "elif", "elseif": "write if CONDITION then VALUE else VALUE"
        case "mod": "write %"
        case "div": "write div(7, 2)"
        case "xor": "write != between two conditions"
        case "eq": "write =="
        case "startswith": "write starts with"
        case "endswith": "write ends with"
        default: nil
        }
    }

    /// The same for a tree that is only such a word, such as the first of `NOT seen`.
    private func foreignHint(of tree: SyntaxTree) -> String? {
        guard case .column(let word) = tree.node else { return nil }
        return foreignHint(word)
    }

    /// Whether a bracket that is opened here has a comma of its own before it is closed, as a call or a list of SQL has.
    var hasCommaInBrackets: Bool {
        guard token.kind == .sign(.open) else { return false }
        var depth = 0
        for token in tokens[index...] {
            switch token.kind {
            case .sign(.open), .sign(.openList): depth += 1
            case .sign(.close), .sign(.closeList): depth -= 1
            case .sign(.comma) where depth == 1: return true
            default: break
            }
            if depth == 0 { return false }
        }
        return false
    }
}

extension ExpressionText {
    /// A part of the text, for messages.
    func written(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
