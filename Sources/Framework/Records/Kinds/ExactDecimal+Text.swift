extension ExactDecimal {
    /// Parses a number; nil if the text is not a number, or not exact with 38 digits.
    ///
    /// The text has digits with an optional sign, an optional point with at least one digit on each side, and an
    /// optional exponent: `-12.50`, `+7`, `007`, `1.5e-3`. The scale is that of the text, without trailing zeros of a
    /// fraction that do not fit. Nothing is rounded: a number with more digits is refused.
    public init?(utf8 text: Span<UInt8>) {
        guard let number = text.withUnsafeBufferPointer({ DecimalReader.number(in: $0) }) else { return nil }
        self = number
    }

    /// Parses a number in the same way as the initialiser with a span.
    public init?(utf8 text: UnsafeBufferPointer<UInt8>) {
        guard let number = DecimalReader.number(in: text) else { return nil }
        self = number
    }

    /// Appends the number in plain digits, with `-` if it is negative and with as many digits after the point as its
    /// scale.
    public func append(to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: Self.mostBytes) { output in
            output.withUnsafeMutableBufferPointer { room, initialized in
                if let start = room.baseAddress { initialized = store(in: start) }
            }
        }
    }

    /// The most bytes of a text: a sign, 39 digits and a point.
    package static let mostBytes = 41

    /// Writes the text that `append` appends, and returns how many bytes it has.
    package func store(in room: UnsafeMutablePointer<UInt8>) -> Int {
        // Filled from the end.
        var text = [41 of UInt8](repeating: 0)
        var start = 41
        // 64 bits hold 19 digits.
        let (high, low) = coefficient.magnitude.quotientAndRemainder(dividingBy: 10_000_000_000_000_000_000)
        var (part, next) = (UInt64(truncatingIfNeeded: low), UInt64(truncatingIfNeeded: high))
        let scale = scale
        var count = 0
        repeat {
            if count == scale, scale > 0 {
                start -= 1
                text[start] = UInt8(ascii: ".")
            }
            if count == 19 { (part, next) = (next, 0) }
            start -= 1
            text[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: part % 10)
            part /= 10
            count += 1
        } while count <= scale || part != 0 || next != 0
        if coefficient < 0 {
            start -= 1
            text[start] = UInt8(ascii: "-")
        }
        return text.span.extracting(start...).withUnsafeBufferPointer { digits in
            if let source = digits.baseAddress { room.update(from: source, count: digits.count) }
            return digits.count
        }
    }
}

extension ExactDecimal: LosslessStringConvertible {
    /// Parses a number in the same way as `init(utf8:)`.
    public init?(_ description: String) { self.init(utf8: description.utf8.span) }

    /// The number in plain digits, as `append(to:)` writes it.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Reads a decimal number digit by digit, without holding more than 38 of them.
private struct DecimalReader {
    /// The digits so far, without trailing zeros.
    private var digits: UInt128 = 0
    /// The number of zeros since; they count only if another digit follows.
    private var zeros = 0
    private var digitsAfterPoint = 0
    private var isTooLong = false

    static func number(in text: UnsafeBufferPointer<UInt8>) -> ExactDecimal? {
        var reader = DecimalReader()
        var index = 0
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative || text.first == UInt8(ascii: "+") { index = 1 }
        guard reader.readDigits(text, from: &index) > 0 else { return nil }
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            reader.digitsAfterPoint = reader.readDigits(text, from: &index)
            guard reader.digitsAfterPoint > 0 else { return nil }
        }
        guard let exponent = exponent(text, from: &index), index == text.count else { return nil }
        return reader.number(isNegative: isNegative, exponent: exponent)
    }

    /// Reads digits and returns how many there were.
    private mutating func readDigits(_ text: UnsafeBufferPointer<UInt8>, from index: inout Int) -> Int {
        let start = index
        while index < text.count, text[index] &- 48 < 10 {
            add(text[index] &- 48)
            index += 1
        }
        return index - start
    }

    @inline(__always)
    private mutating func add(_ digit: UInt8) {
        guard digit > 0 else {
            if digits > 0 { zeros += 1 }
            return
        }
        for _ in 0...zeros where !isTooLong {
            if digits > ExactDecimal.largestCoefficient / 10 { isTooLong = true } else { digits *= 10 }
        }
        zeros = 0
        digits += UInt128(digit)
    }

    /// The exponent at this position, 0 if there is none; nil if it has no digit.
    private static func exponent(_ text: UnsafeBufferPointer<UInt8>, from index: inout Int) -> Int? {
        guard index < text.count, text[index] | 0x20 == UInt8(ascii: "e") else { return 0 }
        index += 1
        let isBelowOne = index < text.count && text[index] == UInt8(ascii: "-")
        if isBelowOne || (index < text.count && text[index] == UInt8(ascii: "+")) { index += 1 }
        let start = index
        var exponent = 0
        while index < text.count, text[index] &- 48 < 10 {
            // Beyond that no number is within the limits, however many digits it has: they are all in memory.
            exponent = min(exponent * 10 + Int(text[index] &- 48), 1 << 56)
            index += 1
        }
        return index > start ? (isBelowOne ? -exponent : exponent) : nil
    }

    private func number(isNegative: Bool, exponent: Int) -> ExactDecimal? {
        guard !isTooLong else { return nil }
        let written = min(max(digitsAfterPoint - exponent, 0), ExactDecimal.mostDigits)
        guard digits > 0 else { return ExactDecimal(valid: 0, scale: written) }
        // The number is `digits` times 10 to the power of this.
        let power = zeros + exponent - digitsAfterPoint
        guard -ExactDecimal.mostDigits...ExactDecimal.mostDigits ~= power else { return nil }
        var coefficient = digits
        var scale = max(-power, 0)
        for _ in 0..<max(power, 0) {
            guard coefficient <= ExactDecimal.largestCoefficient / 10 else { return nil }
            coefficient *= 10
        }
        while scale < written, coefficient <= ExactDecimal.largestCoefficient / 10 {
            coefficient *= 10
            scale += 1
        }
        let signed = Int128(coefficient)
        return ExactDecimal(valid: isNegative ? -signed : signed, scale: scale)
    }
}
