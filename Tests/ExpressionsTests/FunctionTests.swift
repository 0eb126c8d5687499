import Diagnostics
import Platform
import Records
import Testing

@testable import Expressions

/// The functions, one by one.
@Suite struct FunctionTests {
    /// 2026-05-12T10:00:00Z.
    static let context = ExpressionContext(now: 1_778_580_000_000_000)

    /// The value of an expression without columns, as the language writes it; the code of its failure.
    static func value(of text: String) throws -> String {
        let schema: Schema = ["x": .integer]
        let expression: Expression
        do throws(DiagnosticList) {
            expression = try Expression(ExpressionText(text), for: schema, wants: .value, as: "value", context: context)
        } catch {
            // A constant that fails is a mistake of the file.
            guard let finding = error.first(where: { $0.message.hasPrefix("this has no value") }) else { throw error }
            return finding.code.name
        }
        do throws(FailedRow) {
            return try expression.value(of: 0, in: Batch(schema, records: [[1]])).written(as: expression.type)
        } catch {
            return error.code.name
        }
    }

    @Test(arguments: FunctionTable.all.map(\.name))
    func `the example of a function gives what the documentation says`(name: String) throws {
        let function = try #require(FunctionTable.byName[name])
        #expect(try Self.value(of: function.example) == function.result)
    }

    @Test func `all functions have different names and texts that end with a full stop`() {
        #expect(FunctionTable.byName.count == FunctionTable.all.count)
        for function in FunctionTable.all {
            #expect(function.summary.hasSuffix("."), "\(function.name)")
            #expect(function.example.contains(function.name + "("), "\(function.name)")
        }
    }

    @Test func `a foreign name leads to a function or to something to write, and is not one of ours`() {
        for (foreign, ours) in FunctionTable.foreignNames {
            #expect(FunctionTable.byName[foreign] == nil, "\(foreign)")
            #expect(FunctionTable.byName[ours] != nil || ours.contains(" "), "\(foreign): \(ours)")
        }
    }

    @Test func `the page of the documentation is that of the table`() throws {
        let folders = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        let root = folders.dropLast(3).joined(separator: "/")
        let page = try InputFile(root + "/docs/functions.md").readAll(atMost: 1 << 20)
        #expect(
            String(decoding: page, as: UTF8.self) == FunctionPage.text,
            "docs/functions.md is stale: run scripts/functions"
        )
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let value: String
        init(_ text: String, _ value: String) {
            self.text = text
            self.value = value
        }
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(#"trim("\u{A0} a b \u{2003}")"#, #""a b""#),
        Case(#"trim("xxaxx", "x")"#, #""a""#),
        Case(#"trim_start("  a ")"#, #""a ""#),
        Case(#"lower("İSTANBUL")"#, #""i̇stanbul""#),
        Case(#"upper("ﬁn")"#, #""FIN""#),
        Case(#"capitalize("ǆ")"#, #""ǅ""#),
        Case(#"capitalize("")"#, #""""#),
        Case(#"title_case("the 2ND o'brien 'life'")"#, #""The 2nd O'brien 'Life'""#),
        Case(#"title_case("o'brien's 2nd ‘life’")"#, #""O'brien's 2nd ‘Life’""#),
        Case(#"same_text("ΜΆΪΟΣ", "μάϊος")"#, "true"),
        Case(#"same_text("ı", "i")"#, "false"),
        Case(#"same_text("İ", "i̇")"#, "true"),
        Case(#"is_blank(null)"#, "true"),
        Case(#"is_blank("\u{3000}")"#, "true"),
        Case(#"is_number("1e5")"#, "true"),
        Case(#"is_number("")"#, "false"),
        Case(#"is_json("{}")"#, "true"),
    ])
    func `letters, blanks and tests follow Unicode`(_ test: Case) throws {
        #expect(try Self.value(of: test.text) == test.value)
    }

    @Test(arguments: [
        Case(#"left("Amélie", 3)"#, #""Amé""#),
        Case(#"left("ab", 9)"#, #""ab""#),
        Case(#"left("ab", 0)"#, #""""#),
        Case(#"left("ab", -1)"#, "expression.range"),
        Case(#"right("Amélie", 4)"#, #""élie""#),
        Case(#"slice("Amélie", 3)"#, #""élie""#),
        Case(#"slice("Amélie", -3, 2)"#, #""li""#),
        Case(#"slice("ab", 5, 2)"#, #""""#),
        Case(#"slice("ab", 0, 1)"#, "expression.range"),
        Case(#"before("abc", "x")"#, "null"),
        Case(#"before("abc", "")"#, "null"),
        Case(#"length(before_last(repeat("aab", 40), repeat("aab", 20)))"#, "60"),
        Case(#"after_last("x" + repeat("ab", 30) + "y", repeat("ab", 30))"#, #""y""#),
        Case(#"before_last(repeat("a", 90), repeat("a", 40) + "b")"#, "null"),
        Case(#"after_last("a/b/c", "/")"#, #""c""#),
        Case(#"part("a--b--c", "--", -1)"#, #""c""#),
        Case(#"part("a--b--c", "--", 4)"#, "null"),
        Case(#"part("a--b--c", "--", 0)"#, "null"),
        Case(#"part("", ",", 1)"#, #""""#),
        Case(#"position("aéb", "b")"#, "3"),
        Case(#"position("aéb", "x")"#, "null"),
        Case(#"count_of("aaaa", "aa")"#, "2"),
        Case(#"length("🇩🇪")"#, "2"),
        Case(#"replace("aaa", "a", "")"#, #""""#),
        Case(#"replace("abc", "", "x")"#, #""abc""#),
        Case(#"pad_start("é", 4, "ab")"#, #""abaé""#),
        Case(#"pad_end("abc", 2, "x")"#, #""abc""#),
        Case(#"pad_end("abc", 9, "")"#, "expression.range"),
        Case(#"repeat("x", 0)"#, #""""#),
        Case(#"repeat("xx", 9223372036854775807)"#, "expression.overflow"),
        Case(#"join_text(", ", null, null)"#, #""""#),
        Case(#"normalize("e\u{301}") == "é""#, "true"),
        Case(#"ascii("Ångström — 東京")"#, #""Angstrom - ??""#),
    ])
    func `parts and changes of text count characters`(_ test: Case) throws {
        #expect(try Self.value(of: test.text) == test.value)
    }

    @Test(arguments: [
        Case(#"integer("-12")"#, "-12"),
        Case(#"integer("1.0")"#, "1"),
        Case(#"integer("1.5")"#, "expression.cast"),
        Case(#"decimal(".5")"#, "expression.cast"),
        Case(#"integer(" 1")"#, "expression.cast"),
        Case(#"integer("1e3")"#, "expression.cast"),
        Case(#"integer("9223372036854775808")"#, "expression.cast"),
        Case("integer(2.0)", "2"),
        Case("integer(2.5)", "expression.cast"),
        Case("integer(true)", "1"),
        Case(#"real("nan")"#, "expression.cast"),
        Case(#"real("1e999")"#, "expression.cast"),
        Case("real(3)", "3.0"),
        Case("decimal(0.1)", "0.1"),
        Case(#"number("-12,5", ",")"#, "-12.5"),
        Case(#"number("1 234 567", ",", " ")"#, "1234567.0"),
        Case(#"number("1.23,5", ",", ".")"#, "expression.cast"),
        Case(#"number("12.5", ",")"#, "expression.cast"),
        Case(#"boolean("NO")"#, "false"),
        Case(#"boolean("maybe")"#, "expression.cast"),
        Case("text(0.1)", #""0.1""#),
        Case("text(@2024-05-12T08:00:00Z)", #""2024-05-12T08:00:00.000Z""#),
        Case("text(-9223372036854775807 - 1)", #""-9223372036854775808""#),
        Case("text(0)", #""0""#),
        Case("text(null)", "null"),
    ])
    func `conversions take the whole text and lose nothing`(_ test: Case) throws {
        #expect(try Self.value(of: test.text) == test.value)
    }

    @Test(arguments: [
        Case("round(2.5)", "3"), Case("round(-0.5)", "-1"), Case("round(1.005, 2)", "1.01"),
        Case("round(1234.5, -2)", "1200.0"), Case("round(1250, -2)", "1300"), Case("round_even(1250, -2)", "1200"),
        Case("round_even(-2.5)", "-2"), Case("round(decimal(\"2.345\"), 2)", "2.35"), Case("floor(2.0)", "2"),
        Case("floor(0.3, 1)", "0.3"), Case("ceiling(-0.2)", "0"), Case("truncate(decimal(\"-1.99\"))", "-1"),
        Case("round(300000000000000000.0, -17)", "3e+17"), Case("floor(-5.0, -17)", "-1e+17"),
        Case("ceiling(5.0, -400)", "expression.overflow"), Case("round(1e300, -299)", "1e+300"),
        Case("round(1000000000000.1235, 3)", "1000000000000.124"),
        Case("round(999999999999.0005, 3)", "999999999999.001"),
        Case("round_even(1000000000000.1245, 3)", "1000000000000.124"), Case("round(1.26e-19, 20)", "1.3e-19"),
        Case("ceiling(1e-300, 2)", "0.01"), Case("floor(-1e-300, -2)", "-100.0"),
        Case("truncate(1.29e-5, 6)", "1.2e-05"),
        Case("round(5e-324, 323)", "1e-323"), Case("round(-1.5e15, -16)", "-0.0"), Case("mod(-7.5, 2)", "0.5"),
        Case("mod(7.5, -2) == 7.5 % -2", "true"), Case("mod(1.0, 0.0)", "expression.division-by-zero"),
        Case("round(7, 2)", "7"), Case("round(1e300)", "expression.overflow"), Case("round(1e300, 2)", "1e+300"),
        Case("round(9223372036854775807, -30)", "0"), Case("div(7, -2)", "-4"), Case("mod(7, -3)", "-2"),
        Case("div(1, 0)", "expression.division-by-zero"), Case("mod(-9223372036854775807 - 1, -1)", "0"),
        Case("div(-9223372036854775807 - 1, -1)", "expression.overflow"), Case("power(0, 0)", "1"),
        Case("power(2, 0.5) > 1.4", "true"),
        Case("power(2, 63)", "expression.overflow"), Case("power(-1, 9223372036854775807)", "-1"),
        Case("square_root(-1)", "expression.range"),
        Case("logarithm(8, 2)", "3.0"), Case("logarithm(0)", "expression.range"),
        Case("logarithm(2, 1)", "expression.range"),
        Case("abs(decimal(\"-1.50\"))", "1.50"), Case("sign(0)", "0"), Case("format_number(-0.005, 2)", #""-0.01""#),
        Case("format_number(0, 2)", #""0.00""#), Case("format_number(1234, 0, \",\", \" \")", #""1 234""#),
        Case("format_number(999999, 1, \".\", \",\")", #""999,999.0""#), Case("hex(-255)", #""-ff""#),
        Case("from_hex(\"-ff\")", "-255"), Case("from_hex(\"xyz\")", "expression.cast"),
    ])
    func `numbers are exact or fail`(_ test: Case) throws {
        #expect(try Self.value(of: test.text) == test.value)
    }
}
