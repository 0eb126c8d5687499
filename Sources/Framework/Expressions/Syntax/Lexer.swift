internal import Diagnostics

/// Cuts an expression into tokens.
///
/// It works on the bytes of the text. Every finding has the offset at which it is; nothing is skipped silently.
struct Lexer {
    let text: ExpressionText
    let bytes: [UInt8]
    var index = 0

    init(_ text: ExpressionText) {
        self.text = text
        bytes = text.bytes
    }

    /// All tokens of a text, with the end as the last one.
    static func tokens(of text: ExpressionText) throws(Diagnostic) -> [Token] {
        var lexer = Lexer(text)
        guard lexer.bytes.count <= longest else {
            throw lexer.finding(
                "expression.length",
                message: "this expression has \(lexer.bytes.count.counted("byte"))",
                at: 0..<lexer.bytes.count,
                hint: "an expression has at most \(longest)"
            )
        }
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    /// The longest expression in bytes.
    static let longest = 65_536

    mutating func next() throws(Diagnostic) -> Token {
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
        let start = index
        guard let byte = peek() else { return Token(kind: .end, range: start..<start) }
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return try quoted(byte)
        case UInt8(ascii: "`"): return try quotedName()
        case UInt8(ascii: "@"): return try time()
        default: break
        }
        if let finding = pastedSign(at: start) { throw finding }
        if Self.startsName(byte) { return name() }
        return try sign(byte)
    }

    func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    func finding(
        _ code: Diagnostic.Code,
        message: String,
        at range: Range<Int>,
        hint: String?
    ) -> Diagnostic {
        Diagnostic(code, message: message, category: .usage, at: .text(text.range(of: range)), hint: hint)
    }

    // MARK: Names

    /// Letters, `_`, and everything beyond ASCII: `straße` is a name.
    static func startsName(_ byte: UInt8) -> Bool {
        byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    static func continuesName(_ byte: UInt8) -> Bool { startsName(byte) || byte &- 0x30 < 10 }

    private mutating func name() -> Token {
        let start = index
        while let byte = peek() {
            if Self.continuesName(byte), pastedSign(at: index) == nil {
                index += 1
            } else if byte == UInt8(ascii: "."), let next = peek(1), Self.startsName(next) {
                index += 1
            } else {
                break
            }
        }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        let kind = Token.Keyword(rawValue: word).map { Token.Kind.keyword($0) } ?? .name(word)
        return Token(kind: kind, range: start..<index)
    }

    private mutating func quotedName() throws(Diagnostic) -> Token {
        let start = index
        index += 1
        while let byte = peek(), byte != UInt8(ascii: "`") { index += 1 }
        guard index < bytes.count else {
            throw finding(
                "expression.text",
                message: "the name of this column does not end",
                at: start..<start + 1,
                hint: "write ` after it"
            )
        }
        index += 1
        let name = String(decoding: bytes[start + 1..<index - 1], as: UTF8.self)
        return Token(kind: .quotedName(name), range: start..<index)
    }

    // MARK: Signs

    private mutating func sign(_ byte: UInt8) throws(Diagnostic) -> Token {
        let start = index
        if let finding = foreignOperator() { throw finding }
        let two = String(decoding: bytes[start..<min(start + 2, bytes.count)], as: UTF8.self)
        if let sign = Token.Sign(rawValue: two) {
            index += two.utf8.count
            return Token(kind: .sign(sign), range: start..<index)
        }
        if let sign = Token.Sign(rawValue: String(Unicode.Scalar(byte))) {
            index += 1
            return Token(kind: .sign(sign), range: start..<index)
        }
        switch byte {
        case UInt8(ascii: "="):
            throw finding(
                "expression.equals",
                message: "'=' does not compare",
                at: start..<start + 1,
                hint: "write =="
            )
        case UInt8(ascii: "!"):
            throw finding(
                "expression.operator",
                message: "there is no operator '!' here",
                at: start..<start + 1,
                hint: "write not"
            )
        case UInt8(ascii: "."):
            if let next = peek(1), next &- 0x30 < 10 {
                var end = start + 1
                while end < bytes.count, bytes[end] &- 0x30 < 10 { end += 1 }
                throw finding(
                    "expression.number",
                    message: "a number begins with a digit",
                    at: start..<end,
                    hint: "write 0\(String(decoding: bytes[start..<end], as: UTF8.self))"
                )
            }
            fallthrough
        default:
            throw finding(
                "expression.sign",
                message: "'\(String(Unicode.Scalar(byte)))' means nothing here",
                at: start..<start + 1,
                hint: "a column whose name has such a sign is written `in backticks`"
            )
        }
    }
}
