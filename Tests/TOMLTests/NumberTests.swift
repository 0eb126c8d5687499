import TOML
import Testing

@Suite struct NumberTests {
    @Test(arguments: [
        ("0", 0), ("+0", 0), ("-0", 0), ("42", 42), ("+42", 42), ("-17", -17), ("1_000", 1000), ("1_2_3", 123),
        ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
        ("9_223_372_036_854_775_807", Int64.max),
        ("0xDEADBEEF", 0xDEAD_BEEF), ("0xdead_beef", 0xDEAD_BEEF), ("0o755", 0o755), ("0b1101_0110", 0b1101_0110),
        ("0x0", 0), ("0x00000000000000000000000000000000001", 1), ("0b0000", 0), ("0x7fffffffffffffff", Int64.max),
        ("0o777777777777777777777", Int64.max),
    ])
    func `an integer has its value`(text: String, value: Int64) throws {
        let document = try TOMLDocument(Array("a = \(text)".utf8), name: "x")
        #expect(document.root["a"].integer == value)
        #expect(document.root["a"].double == nil)
    }

    @Test(arguments: [
        ("1.0", 1), ("+1.5", 1.5), ("-0.01", -0.01), ("3.1415", 3.1415), ("5e+22", 5e22), ("1e06", 1e6),
        ("-2E-2", -0.02),
        ("6.626e-34", 6.626e-34), ("224_617.445_991_228", 224_617.445991228), ("1e1_0", 1e10), ("0e0", 0), ("0.0", 0),
        ("9007199254740993.0", 9_007_199_254_740_992), ("0.1", 0.1), ("1e23", 1e23), ("8.5e22", 8.5e22),
        ("1.7976931348623157e308", 1.7976931348623157e308), ("5e-324", .leastNonzeroMagnitude), ("1e-1000", 0),
        ("1e00000000000000001", 10),
        ("123456789012345678901234567890.0", 123456789012345678901234567890.0), ("inf", .infinity), ("+inf", .infinity),
        ("-inf", -.infinity), ("4.35", 4.35), ("0.000001", 0.000001),
        ("2.2250738585072014e-308", .leastNormalMagnitude),
    ])
    func `a float is the nearest double`(text: String, value: Double) throws {
        let document = try TOMLDocument(Array("a = \(text)".utf8), name: "x")
        #expect(document.root["a"].double == value)
        #expect(document.root["a"].integer == nil)
    }

    @Test(arguments: ["nan", "+nan", "-nan"])
    func `nan is no number, with any sign`(text: String) throws {
        #expect(try TOMLDocument(Array("a = \(text)".utf8), name: "x").root["a"].double?.isNaN == true)
    }

    @Test func `minus zero keeps its sign`() throws {
        #expect(try TOMLDocument(Array("a = -0.0".utf8), name: "x").root["a"].double?.sign == .minus)
    }

    @Test(arguments: [
        "00", "01", "-01", "+01", "0_1", "00.5", "01e2", "1__0", "1_", "_1", "-_1", "1_.5", "1._5", "1.5_", "1e_1",
        "1_e1",
        "1e1_", "5.", ".5", "-.5", "5.e1", "1e", "1e+", "1e1.5", "1.2.3", "+", "-", "++1", "+-1", "1-", "1+1", "1x",
        "0x",
        "0xg", "0x_1", "0x1_", "0x1__1", "+0x1", "-0b1", "0X1", "0O7", "0B1", "0o8", "0b2", "0b", "0o", "Inf", "INF",
        "infinity", "nan(5)", "inf1", "NaN", "+in", "0x1p3", "0x1.8", "1f", "1,5", "1 000", "1.e+1", "٣", "１", "0xé",
    ])
    func `what is no number is refused on its line`(text: String) {
        let problems = found("x = 1\na = \(text)\nb = 1")
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.hasPrefix("2:") == true, "\(problems)")
    }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "99999999999999999999999999", "0xFFFFFFFFFFFFFFFFF",
        "0x8000000000000000", "0o1000000000000000000000", "0b1" + String(repeating: "0", count: 63), "1e1000", "-1e400",
        "1e99999999999999999999", "1_000_000_000_000_000_000_0", "2e308",
    ])
    func `a number that does not fit is refused`(text: String) {
        #expect(found("a = \(text)") == ["1:5 number-range"])
    }

    @Test func `a million digits are read in one go`() throws {
        let digits = String(repeating: "1", count: 1_000_000)
        #expect(try TOMLDocument(Array("a = 0.\(digits)".utf8), name: "x").root["a"].double == 1.0 / 9.0)
        #expect(found("a = \(digits)") == ["1:5 number-range"])
    }

    @Test func `booleans are small letters`() {
        #expect(plain("a = true\nb = false") == "{a: true, b: false}")
        for text in ["True", "FALSE", "t", "tru", "truex", "true_", "1true", "falsey"] {
            #expect(found("a = \(text)").count == 1, "\(text)")
        }
    }
}
