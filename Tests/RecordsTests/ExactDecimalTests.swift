import Records
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct ExactDecimalTests {
    private static let nines = String(repeating: "9", count: 38)

    @Test(arguments: [
        "0", "1", "-1", "0.5", "-0.5", "1.50", "0.00", "12345678901234567890.123456789", "9223372036854775808",
        "18446744073709551616", "10000000000000000000", "1000000000000000000000000000000000000.5",
        nines, "-" + nines, "0." + nines, "-0." + nines, "1." + nines.dropFirst(),
        "9999999999999999999.0000000000000000000",
        "0.00000000000000000000000000000000000001",
    ])
    func `a number is printed as it was written`(text: String) throws {
        let number = try #require(ExactDecimal(text))
        #expect(number.description == text)
        #expect(number.scale == (text.split(separator: ".").dropFirst().first?.count ?? 0))
    }

    @Test(
        arguments: [
            ("+7", "7"), ("007", "7"), ("-0", "0"), ("-0.00", "0.00"), ("1e3", "1000"), ("1E+3", "1000"),
            ("1.5e-3", "0.0015"), ("1.50e1", "15.0"), ("1.50e3", "1500"), ("12e-1", "1.2"),
            ("0e99999999999999999999", "0"),
            ("100e-2", "1.00"), ("1e37", "1" + String(repeating: "0", count: 37)),
            ("1e-38", "0." + String(repeating: "0", count: 37) + "1"),
            // There is no room for the zeros, and the value is the same without them.
            ("1." + String(repeating: "0", count: 50), "1." + String(repeating: "0", count: 37)),
            (nines + ".00", nines), (String(repeating: "0", count: 5000) + "7", "7"),
            ("1" + String(repeating: "0", count: 60) + "e-60", "1." + String(repeating: "0", count: 37)),
            ("0." + String(repeating: "0", count: 60) + "1e61", "1"),
        ] as [(String, String)]
    )
    func `other forms of a number are read`(text: String, plain: String) throws {
        #expect(try #require(ExactDecimal(text)).description == plain)
    }

    @Test(arguments: [
        "", "-", "+", ".", "1.", ".5", "-.5", "1.e3", "1e", "1e+", "e3", "1 ", " 1", "1,5", "1_000", "0x10", "NaN",
        "inf",
        "--1", "1.2.3", "1e1.5", "٣", "1\u{0}",
    ])
    func `what is not a number is none`(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test(arguments: [
        "1" + nines, nines + ".5", "1e38", "1e99999999999999999999", "1e-39", "0." + nines + "1",
        "12345678901234567890.1234567890123456789", "5e-100000000000000000000000", nines + "e1",
        String(repeating: "9", count: 5000), "1" + String(repeating: "0", count: 38),
        "100000000000000000000000000000000000001.0",
    ])
    func `a number with more than 38 digits is none, since it is not rounded`(text: String) {
        #expect(ExactDecimal(text) == nil)
        #expect(ExactDecimal("-" + text) == nil)
    }

    @Test func `a coefficient and a scale are checked`() {
        let largest: Int128 = 99_999_999_999_999_999_999_999_999_999_999_999_999
        #expect(ExactDecimal(coefficient: largest, scale: 0)?.description == Self.nines)
        #expect(ExactDecimal(coefficient: -largest, scale: 38)?.description == "-0." + Self.nines)
        #expect(ExactDecimal(coefficient: largest + 1, scale: 0) == nil)
        #expect(ExactDecimal(coefficient: .min, scale: 0) == nil)
        #expect(ExactDecimal(coefficient: 1, scale: 39) == nil)
        #expect(ExactDecimal(coefficient: 1, scale: -1) == nil)
    }

    @Test(
        arguments: [
            ("1.50", 1.5, nil), ("-3.00", -3, -3), ("9223372036854775807", 0x1p63, Int64.max),
            ("-9223372036854775808.0", -0x1p63, Int64.min), ("9223372036854775808", 0x1p63, nil),
        ] as [(String, Double, Int64?)]
    )
    func `a whole number is known as one`(text: String, value: Double, integer: Int64?) throws {
        let number = try #require(ExactDecimal(text))
        #expect(number.integer == integer)
        #expect(Double(number.description) == value)
        if let integer { #expect(ExactDecimal(integer) == number) }
    }

    /// A number with random digits and a scale that allows for them, as text without the tool under test.
    private static func text(_ numbers: inout SteadyNumbers) -> String {
        let count = Int.random(in: 1...38, using: &numbers)
        // Few different digits, so that some numbers are equal, and many zeros at the ends.
        let most = [0, 1, 9].randomElement(using: &numbers) ?? 9
        let digits = (0..<count).map { _ in String(Int.random(in: 0...most, using: &numbers)) }.joined()
        let scale = Int.random(in: 0...count, using: &numbers)
        let whole = digits.dropLast(scale).drop { $0 == "0" }
        let sign = Bool.random(using: &numbers) && digits.contains { $0 != "0" } ? "-" : ""
        return sign + (whole.isEmpty ? "0" : whole) + (scale > 0 ? "." + digits.suffix(scale) : "")
    }

    /// The digits of a number at fixed places, by which numbers of one sign can be compared as texts.
    private static func aligned(_ text: String) -> String {
        let parts = text.drop { $0 == "-" }.split(separator: ".")
        let fraction = parts.count > 1 ? parts[1] : ""
        return String(repeating: "0", count: 38 - parts[0].count) + parts[0] + fraction
            + String(repeating: "0", count: 38 - fraction.count)
    }

    private static func isLess(_ left: String, _ right: String) -> Bool {
        switch (left.hasPrefix("-"), right.hasPrefix("-")) {
        case (true, false): true
        case (false, true): false
        case (false, false): aligned(left) < aligned(right)
        case (true, true): aligned(right) < aligned(left)
        }
    }

    @Test(arguments: UInt64(0)..<10)
    func `printing and reading are inverse, and order and equality are those of the digits`(seed: UInt64) throws {
        var numbers = SteadyNumbers(seed)
        var equal = 0
        for _ in 0..<2000 {
            let texts = [Self.text(&numbers), Self.text(&numbers)]
            let (left, right) = (try #require(ExactDecimal(texts[0])), try #require(ExactDecimal(texts[1])))
            #expect([left.description, right.description] == texts)
            #expect((left < right) == Self.isLess(texts[0], texts[1]))
            #expect((right < left) == Self.isLess(texts[1], texts[0]))
            let areEqual = !Self.isLess(texts[0], texts[1]) && !Self.isLess(texts[1], texts[0])
            #expect((left == right) == areEqual)
            if areEqual {
                #expect(left.hashValue == right.hashValue)
                equal += 1
            }
            #expect(left.normalized == left)
            #expect(left.normalized.hashValue == left.hashValue)
            #expect(!left.normalized.description.contains(".") || !left.normalized.description.hasSuffix("0"))

            var writer = StateWriter()
            left.write(to: &writer)
            var reader = StateReader(writer.bytes)
            #expect(try ExactDecimal(from: &reader).description == texts[0])
            #expect(reader.isAtEnd)
        }
        #expect(equal > 10)
    }

    @Test(arguments: UInt64(0)..<4)
    func `any bytes are a number or none`(seed: UInt64) {
        var numbers = SteadyNumbers(seed)
        let signs = Array("0123456789-+.eE ".utf8)
        var found = 0
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &numbers)).compactMap { _ in
                signs.randomElement(using: &numbers)
            }
            guard let number = ExactDecimal(utf8: bytes.span) else { continue }
            found += 1
            // Short numbers are ones that binary numbers know too.
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(Double(number.description) == Double(text), "\(text)")
            #expect(ExactDecimal(number.description) == number)
        }
        #expect(found > 100)
    }

    @Test func `damaged bytes of a number are noticed`() {
        for (coefficient, scale) in [(Int128.max, 0), (Int128.min, 3), (1, 39), (1, -1)] {
            var writer = StateWriter()
            writer.write(bits: UInt64(truncatingIfNeeded: coefficient))
            writer.write(bits: UInt64(truncatingIfNeeded: coefficient >> 64))
            writer.write(Int64(scale))
            var reader = StateReader(writer.bytes)
            #expect(throws: (any Error).self) { try ExactDecimal(from: &reader) }
        }
    }
}
