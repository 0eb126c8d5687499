/// A number, as scanned.
enum NumberToken {
    case integer(Int64)
    case float(Double)
}

extension Scanner {
    /// Reads a number from its sign or first digit on.
    mutating func scanNumber() throws(Problem) -> NumberToken {
        let start = offset
        var isNegative = false
        if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
            isNegative = byte == UInt8(ascii: "-")
            offset &+= 1
        }
        let first = byte
        if first == UInt8(ascii: "0") {
            switch byte(at: offset &+ 1) {
            case UInt8(ascii: "x"): return try scanRadix(4, name: "hexadecimal", from: start)
            case UInt8(ascii: "o"): return try scanRadix(3, name: "octal", from: start)
            case UInt8(ascii: "b"): return try scanRadix(1, name: "binary", from: start)
            default: break
            }
        } else if !first.isDigit {
            return try scanSpecialFloat(isNegative: isNegative, from: start)
        }

        let digits = offset
        var magnitude: UInt64 = 0
        var overflows = false
        var significant = 0
        var hasUnderscores = false
        while true {
            let byte = byte
            if byte.isDigit {
                let digit = UInt64(byte &- 0x30)
                if significant < 18 {
                    magnitude = magnitude &* 10 &+ digit
                } else {
                    let (product, tooBig) = magnitude.multipliedReportingOverflow(by: 10)
                    let (sum, carries) = product.addingReportingOverflow(digit)
                    overflows = overflows || tooBig || carries
                    magnitude = sum
                }
                significant &+= magnitude == 0 ? 0 : 1
                offset &+= 1
            } else if byte == UInt8(ascii: "_") {
                try checkUnderscore(from: start)
                hasUnderscores = true
                offset &+= 1
            } else {
                break
            }
        }
        let end = offset
        if first == UInt8(ascii: "0"), end &- digits > 1 { throw leadingZero(from: start) }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            return .float(try scanFloat(from: start, hasUnderscores: hasUnderscores))
        default:
            break
        }
        guard byte.endsValue else { throw malformedNumber(from: start) }
        let limit = UInt64(Int64.max) &+ (isNegative ? 1 : 0)
        guard !overflows, magnitude <= limit else { throw integerRange(start..<end) }
        let value = Int64(truncatingIfNeeded: magnitude)
        return .integer(isNegative ? 0 &- value : value)
    }

    /// Reads `0x…`, `0o…` or `0b…` with `bits` bits per digit.
    private mutating func scanRadix(_ bits: UInt64, name: String, from start: Int) throws(Problem) -> NumberToken {
        if offset > start {
            throw Problem(.malformedNumber, message: "a \(name) number takes no sign", at: start..<start + 1)
        }
        offset &+= 2
        let digits = offset
        var value: UInt64 = 0
        var overflows = false
        while true {
            let byte = byte
            if let digit = byte.hexValue, UInt64(digit) >> bits == 0 {
                overflows = overflows || value >> (64 &- bits) != 0
                value = value << bits | UInt64(digit)
            } else if byte == UInt8(ascii: "_"), offset > digits {
                try checkRadixUnderscore(bits, from: start)
            } else {
                break
            }
            offset &+= 1
        }
        guard offset > digits, byte.endsValue else { throw malformedRadix(name, from: start) }
        guard !overflows, value <= UInt64(Int64.max) else { throw integerRange(start..<offset) }
        return .integer(Int64(truncatingIfNeeded: value))
    }

    /// Reads the part of a float after its whole digits, and converts it.
    private mutating func scanFloat(from start: Int, hasUnderscores: Bool) throws(Problem) -> Double {
        var hasUnderscores = hasUnderscores
        if byte == UInt8(ascii: ".") {
            offset &+= 1
            hasUnderscores = try scanDigits(from: start, after: "the decimal point") || hasUnderscores
        }
        if byte | 0x20 == UInt8(ascii: "e") {
            offset &+= 1
            if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") { offset &+= 1 }
            hasUnderscores = try scanDigits(from: start, after: "the exponent's 'e'") || hasUnderscores
        }
        guard byte.endsValue else { throw malformedNumber(from: start) }
        let value = FloatConversion.double(of: bytes, at: start..<offset)
        guard value.isFinite else {
            throw Problem(
                .numberRange,
                message:
                    "\(abbreviated(start..<offset)) is too large for a float; the largest is 1.7976931348623157e308",
                at: start..<offset,
                hint: "for infinity write inf"
            )
        }
        return value
    }

    /// Reads at least one digit, and returns whether there were underscores between digits.
    private mutating func scanDigits(from start: Int, after place: String) throws(Problem) -> Bool {
        guard byte.isDigit else {
            throw Problem(
                .malformedNumber,
                message: "a digit is expected after \(place), found \(found(at: offset))",
                at: start..<max(offset, start + 1)
            )
        }
        var hasUnderscores = false
        while true {
            if byte == UInt8(ascii: "_") {
                try checkUnderscore(from: start)
                hasUnderscores = true
            } else if !byte.isDigit {
                return hasUnderscores
            }
            offset &+= 1
        }
    }

    private mutating func scanSpecialFloat(isNegative: Bool, from start: Int) throws(Problem) -> NumberToken {
        let value = matches("inf") ? Double.infinity : .nan
        if matches("inf") || matches("nan"), byte(at: offset &+ 3).endsValue {
            offset &+= 3
            return .float(isNegative ? -value : value)
        }
        throw malformedNumber(from: start)
    }

    /// Whether the ASCII `word` is next.
    func matches(_ word: StaticString) -> Bool {
        matches(word, at: offset)
    }

    /// Whether the ASCII `word` is at an offset.
    func matches(_ word: StaticString, at offset: Int) -> Bool {
        guard offset &+ word.utf8CodeUnitCount <= bytes.count else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<letters.count where bytes[offset &+ index] != letters[index] { return false }
            return true
        }
    }

    /// An underscore must be between two digits.
    private func checkUnderscore(from start: Int) throws(Problem) {
        guard offset > start, byte(at: offset &- 1).isDigit, byte(at: offset &+ 1).isDigit else {
            throw misplacedUnderscore()
        }
    }

    private func checkRadixUnderscore(_ bits: UInt64, from start: Int) throws(Problem) {
        guard let before = byte(at: offset &- 1).hexValue, UInt64(before) >> bits == 0,
            let after = byte(at: offset &+ 1).hexValue, UInt64(after) >> bits == 0
        else { throw misplacedUnderscore() }
    }
}
