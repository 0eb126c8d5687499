internal import Diagnostics
internal import Formats
internal import Records

extension Lexer {
    // MARK: Numbers and durations

    mutating func number() throws(Diagnostic) -> Token {
        let start = index
        digits()
        var isReal = false
        // `1..5` is a range, `1.5` a number.
        if peek() == UInt8(ascii: "."), let next = peek(1), next &- 0x30 < 10 {
            isReal = true
            index += 1
            digits()
        }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
            if let digit = peek(1 + sign), digit &- 0x30 < 10 {
                isReal = true
                index += 1 + sign
                digits()
            }
        }
        let number = String(decoding: bytes[start..<index].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        if let byte = peek(), Self.startsName(byte) {
            return try duration(number, isReal: isReal, from: start)
        }
        guard isReal else {
            guard let integer = UInt64(number), integer <= 1 << 63 else {
                throw finding(
                    "expression.number",
                    message: "this number does not fit into 64 bits",
                    at: start..<index,
                    hint: "the largest is \(Int64.max); write \(number).0 for a real number, or decimal(\"\(number)\")"
                )
            }
            return Token(kind: .integer(integer), range: start..<index)
        }
        guard let real = Double(number), real.isFinite else {
            throw finding(
                "expression.number",
                message: "this number is too large",
                at: start..<index,
                hint: "the largest is 1.7976931348623157e308"
            )
        }
        // Digits before the exponent that are not all 0 are lost.
        let significant = number.prefix { $0 != "e" && $0 != "E" }
        guard real != 0 || !significant.contains(where: { ("1"..."9").contains($0) }) else {
            throw finding(
                "expression.number",
                message: "this number is so small that it would be 0",
                at: start..<index,
                hint: "the smallest is 4.9406564584124654e-324"
            )
        }
        return Token(kind: .real(real, ExactDecimal(number)), range: start..<index)
    }

    /// Digits, between which there may be `_`.
    private mutating func digits() {
        while let byte = peek() {
            if byte &- 0x30 < 10 {
                index += 1
            } else if byte == UInt8(ascii: "_"), let next = peek(1), next &- 0x30 < 10 {
                index += 1
            } else {
                break
            }
        }
    }

    private mutating func duration(
        _ number: String,
        isReal: Bool,
        from start: Int
    ) throws(Diagnostic) -> Token {
        let unitStart = index
        while let byte = peek(), Self.continuesName(byte) { index += 1 }
        let unit = String(decoding: bytes[unitStart..<index], as: UTF8.self)
        guard let microseconds = Self.units[unit], !isReal else {
            let hint = isReal && Self.units[unit] != nil ? "write a whole number of a smaller unit" : nil
            throw finding(
                "expression.number",
                message: hint == nil ? "'\(unit)' is no unit of time" : "a length of time is a whole number",
                at: hint == nil ? unitStart..<index : start..<index,
                hint: hint ?? "the units are d, h, min, s and ms: 90min; a name does not begin with a digit"
            )
        }
        guard let count = Int64(number) else { throw tooLong(start) }
        let (value, isOver) = count.multipliedReportingOverflow(by: microseconds)
        guard !isOver else { throw tooLong(start) }
        return Token(kind: .duration(value), range: start..<index)
    }

    private func tooLong(_ start: Int) -> Diagnostic {
        finding(
            "expression.number",
            message: "this length of time does not fit into 64 bits",
            at: start..<index,
            hint: "the longest is about 290,000 years"
        )
    }

    static let units: [String: Int64] = [
        "d": 86_400_000_000, "h": 3_600_000_000, "min": 60_000_000, "s": 1_000_000, "ms": 1000,
    ]

    // MARK: Texts

    /// A text up to its closing quote; its escapes are read later, since in patterns backslashes stay.
    mutating func quoted(_ quote: UInt8) throws(Diagnostic) -> Token {
        let start = index
        index += 1
        while let byte = peek() {
            index += byte == UInt8(ascii: "\\") && index + 1 < bytes.count ? 2 : 1
            guard byte == quote else { continue }
            return Token(kind: .text(start + 1..<index - 1), range: start..<index)
        }
        throw finding(
            "expression.text",
            message: "this text does not end",
            at: start..<start + 1,
            hint: "write \(String(Unicode.Scalar(quote))) after it"
        )
    }

    /// The bytes of a text between quotes as they are, for a pattern.
    static func pattern(_ range: Range<Int>, of text: ExpressionText) -> TextLiteral {
        TextLiteral(bytes: Array(text.bytes[range]), offsets: Array(range) + [range.upperBound])
    }

    /// The bytes that a text between quotes stands for.
    static func text(_ range: Range<Int>, of text: ExpressionText) throws(Diagnostic) -> TextLiteral {
        var lexer = Lexer(text)
        lexer.index = range.lowerBound
        var literal = TextLiteral()
        while lexer.index < range.upperBound {
            let place = lexer.index
            let byte = text.bytes[place]
            let stands = byte == UInt8(ascii: "\\") ? try lexer.escape() : [byte]
            if stands.count == 1, byte != UInt8(ascii: "\\") { lexer.index += 1 }
            for byte in stands {
                literal.bytes.append(byte)
                literal.offsets.append(place)
            }
        }
        literal.offsets.append(range.upperBound)
        return literal
    }

    /// The bytes of an escape.
    private mutating func escape() throws(Diagnostic) -> [UInt8] {
        let start = index
        index += 1
        guard let byte = peek() else { return [] }
        index += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): return [byte]
        case UInt8(ascii: "u") where peek() == UInt8(ascii: "{"):
            index += 1
            let digits = index
            while let byte = peek(), byte != UInt8(ascii: "}"), index - digits < 9 { index += 1 }
            let number = String(decoding: bytes[digits..<index], as: UTF8.self)
            guard peek() == UInt8(ascii: "}"), !number.hasPrefix("+"), let value = UInt32(number, radix: 16),
                let scalar = Unicode.Scalar(value)
            else {
                throw finding(
                    "expression.escape",
                    message: "this is no character",
                    at: start..<min(index + 1, bytes.count),
                    hint: "a character is written by its number in hexadecimal digits: \\u{1F600}"
                )
            }
            index += 1
            return Array(String(Character(scalar)).utf8)
        default:
            let end = scalarEnd(start + 1)
            throw finding(
                "expression.escape",
                message: "'\\\(String(decoding: bytes[start + 1..<end], as: UTF8.self))' is no escape",
                at: start..<end,
                hint: "the escapes are \\n \\t \\r \\\" \\' \\\\ and \\u{…}; a backslash itself is written \\\\"
            )
        }
    }

    private func scalarEnd(_ start: Int) -> Int {
        var end = min(start + 1, bytes.count)
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    // MARK: Times

    mutating func time() throws(Diagnostic) -> Token {
        let start = index
        index += 1
        while let byte = peek() {
            let isPart =
                byte &- 0x30 < 10 || byte | 0x20 &- 0x61 < 26 || byte == UInt8(ascii: ":")
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: ".") && (peek(1) ?? 0) &- 0x30 < 10
            guard isPart else { break }
            index += 1
        }
        let written = bytes[start + 1..<index]
        let reading = written.withUnsafeBufferPointer { ISO8601.reading(of: $0) }
        switch reading {
        case .instant(let microseconds): return Token(kind: .instant(microseconds), range: start..<index)
        case .local(let microseconds):
            if written.count == 10 {
                let days = microseconds / Int64(ISO8601.microsecondsADay)
                return Token(kind: .date(Int32(clamping: days)), range: start..<index)
            }
            throw finding(
                "expression.zone",
                message: "this time has no zone",
                at: start..<index,
                hint: "write \(String(decoding: bytes[start..<index], as: UTF8.self))Z, or an offset such as +02:00"
            )
        case nil:
            let (problem, example) = Self.problem(of: Array(written))
            throw finding(
                "expression.time",
                message: problem,
                at: start..<index,
                hint: "a moment is written @\(example) or @\(example)T12:00:00Z"
            )
        }
    }

    /// What is wrong with a time, and a day near to it.
    private static func problem(of text: [UInt8]) -> (message: String, example: String) {
        let parts = text.prefix(10).split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) }
        guard text.count >= 10, text.prefix(10).count(where: { $0 == UInt8(ascii: "-") }) == 2, parts.count == 3,
            let year = parts[0], let month = parts[1], let day = parts[2], year >= 1, year <= 9999
        else { return ("this is neither a day nor a moment", "2024-01-31") }
        guard 1...12 ~= month else { return ("this is no day: there is no month \(month)", "\(year.digits(4))-12-31") }
        guard let next = CivilDate(year: month == 12 ? year + 1 : year, month: month == 12 ? 1 : month + 1, day: 1)
        else { return ("this is neither a day nor a moment", "2024-01-31") }
        let last = CivilDate(daysSince1970: next.daysSince1970 - 1)
        guard day <= last.day, day >= 1 else {
            return ("this is no day: \(months[month - 1]) \(year) has \(last.day.counted("day"))", last.description)
        }
        return ("this is no moment", "\(year.digits(4))-\(month.digits(2))-\(day.digits(2))")
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}

extension Int {
    /// The number with zeros before it.
    fileprivate func digits(_ count: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, count - digits.count)) + digits
    }
}
