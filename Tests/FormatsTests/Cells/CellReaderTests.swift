import Diagnostics
import Records
import Testing

@testable import Formats

@Suite struct CellReaderTests {
    /// The value of a text; null if it does not fit.
    private func value(_ text: String, _ reader: CellReader) -> Value {
        var batch = Batch(Schema([Schema.Column("c", kind: reader.kind)]))
        var text = text
        let fits = batch.appendRows(atMost: 1) { rows in
            var fits = false
            rows.fill(Field(index: 0, kind: reader.kind)) { cells in
                fits = text.withUTF8 { reader.append($0, to: &cells) }
                if !fits { cells.appendNull() }
            }
            rows.endRows(1)
            return fits
        }
        #expect(text.withUTF8 { reader.fits($0) } == fits)
        return fits ? batch.records[0][0] : .null
    }

    @Test(
        arguments: [
            ("0", 0), ("7", 7), ("-1", -1), ("12345678", 12_345_678), ("123456789012345678", 123_456_789_012_345_678),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("+7", 7), ("007", 7), ("8.0", 8),
            ("-8.00", -8),
            ("000000000000000000000000000012", 12), ("-0", 0), ("9223372036854775807.0", .max),
        ] as [(String, Int64)]
    )
    func `whole numbers within 64 bits are read`(text: String, number: Int64) throws {
        #expect(value(text, try CellReader(.integer)) == .integer(number))
    }

    @Test(arguments: [
        "", " 1", "1 ", "9223372036854775808", "-9223372036854775809", "1.5", "1e3", "--1", "1-", "-", "+", ".", "0x10",
        "1_000", "1,000", "12345678x", "x12345678", "1234567:", "1234567/", "٣", "１",
    ])
    func `what is not exactly a whole number does not fit`(text: String) throws {
        #expect(value(text, try CellReader(.integer)) == .null)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0.0", -0.0), ("1.5", 1.5), (".5", 0.5), ("5.", 5), ("+2.5", 2.5), ("1e3", 1000),
            ("1E-3", 0.001),
            ("0.1", 0.1), ("9007199254740993", 9_007_199_254_740_992), ("0.30000000000000004", 0.30000000000000004),
            ("1234567890.123456789", 1_234_567_890.123456789), ("4.9406564584124654e-324", Double(bitPattern: 1)),
            ("1.7976931348623157e308", 1.7976931348623157e308), ("12345678901234567890.", 12345678901234567890.0),
            (".5e1", 5), ("1e-400", 0),
        ] as [(String, Double)]
    )
    func `real numbers are the nearest ones`(text: String, number: Double) throws {
        let found = value(text, try CellReader(.real))
        guard case .real(let real) = found else {
            Issue.record("\(text) is \(found)")
            return
        }
        #expect(real.bitPattern == number.bitPattern)
    }

    @Test(arguments: ["", "1e400", "-1e400", "inf", "nan", "NaN", "1e", "e1", ".", "1.2.3", "0x1p3", " 1", "1 ", "1,5"])
    func `what is not a finite decimal number does not fit`(text: String) throws {
        #expect(value(text, try CellReader(.real)) == .null)
    }

    @Test func `with a decimal comma there is no point`() throws {
        let real = try CellReader(.real, hasDecimalComma: true)
        #expect(value("1,5", real) == .real(1.5))
        #expect(value("-1234,25", real) == .real(-1234.25))
        #expect(value("12345678901234567890,5e-3", real) == .real(12345678901234567.8905))
        #expect(value("1.5", real) == .null)
        #expect(value("1.234,5", real) == .null)
        let decimal = try CellReader(.decimal, hasDecimalComma: true)
        #expect(value("1,50", decimal) == ExactDecimal("1.50").map { .decimal($0) })
        #expect(value("1.50", decimal) == .null)
        #expect(value("8,0", try CellReader(.integer, hasDecimalComma: true)) == .integer(8))
    }

    @Test func `decimals are exact, and bytes are base64`() throws {
        let decimal = try CellReader(.decimal)
        for text in ["1.10", "-0.05", "12345678901234567890.123456789"] {
            #expect(value(text, decimal).plainText == text)
        }
        #expect(value(String(repeating: "9", count: 39), decimal) == .null)
        let bytes = try CellReader(.bytes)
        #expect(value("", bytes) == .bytes([]))
        #expect(value("AAEC", bytes) == .bytes([0, 1, 2]))
        #expect(value("AAE=", bytes) == .bytes([0, 1]))
        #expect(value("AAE", bytes) == .null)
        #expect(value("AAF=", bytes) == .null)
        #expect(value(String(repeating: "AAEC", count: 2000), bytes) == .bytes((0..<6000).map { UInt8($0 % 3) }))
    }

    @Test func `words for true and false are in any case`() throws {
        let standard = try CellReader(.boolean)
        for text in ["true", "TRUE", "True", "yes", "Y", "t", "1"] { #expect(value(text, standard) == .boolean(true)) }
        for text in ["false", "No", "f", "N", "0"] { #expect(value(text, standard) == .boolean(false)) }
        for text in ["", "wahr", "tru", "truee", " true", "2"] { #expect(value(text, standard) == .null) }
        let german = try CellReader(.boolean, words: BooleanWords(true: ["ja", "Ä"], false: ["nein"]))
        #expect(value("JA", german) == .boolean(true))
        #expect(value("Ä", german) == .boolean(true))
        #expect(value("Nein", german) == .boolean(false))
        #expect(value("true", german) == .null)
        #expect(german.expected == "ja or Ä or nein".lowercased() || german.expected == "ja or Ä or nein")
    }

    // The numbers are GNU date's: `date -u -d '2014-09-01 09:10:11' +%s`.
    @Test(
        arguments: [
            ("%Y-%m-%d %H:%M:%S", "2014-09-01 09:10:11", 1_409_562_611_000_000),
            ("%d.%m.%Y %H:%M", "1.9.2014 9:10", 1_409_562_600_000_000),
            ("%Y%m%d%H%M%S", "20140901091011", 1_409_562_611_000_000),
            ("%d/%b/%Y:%H:%M:%S %z", "01/Sep/2014:11:10:11 +0200", 1_409_562_611_000_000),
            ("%B %d, %Y", "SEPTEMBER 1, 2014", 1_409_529_600_000_000),
            ("%Y-%m-%dT%H:%M:%S.%f%z", "2014-09-01T09:10:11.987654Z", 1_409_562_611_987_654),
            ("%Y-%m-%dT%H:%M:%S.%f%z", "2014-09-01T09:10:11.5-03:30", 1_409_575_211_500_000),
            ("%d.%m.%y %H:%M", "01.09.14 09:10", 1_409_562_600_000_000), ("%d.%m.%y", "01.01.70", 0),
            ("%Y%j", "2014244", 1_409_529_600_000_000),
            ("%Y-%m-%d %H:%M:%S", "2016-12-31 23:59:60", 1_483_228_800_000_000),
        ] as [(String, String, Int64)]
    )
    func `instants in a format are read`(format: String, text: String, microseconds: Int64) throws {
        #expect(value(text, try CellReader(.instant, format: format)) == .instant(microseconds))
    }

    @Test(arguments: [
        ("%Y-%m-%d", "2023-02-29"), ("%Y-%m-%d", "1900-02-29"), ("%Y-%m-%d", "0000-01-01"), ("%Y-%m-%d", "2023-13-01"),
        ("%Y-%m-%d", "2023-00-01"), ("%Y-%m-%d", "2023-01-00"), ("%Y-%m-%d", "2023-01-32"), ("%Y-%m-%d", "23-01-01"),
        ("%Y-%m-%d", "2023-01-01 "), ("%Y-%m-%d", "2023/01/01"), ("%Y-%m-%d", ""), ("%Y%m%d", "2023111"),
        ("%Y%j", "2023366"), ("%Y%j", "2023000"), ("%d %b %Y", "1 Foo 2023"), ("%d %b %Y", "1 Ju"),
        ("%Y-%m-%d %H", "2023-01-01 24"), ("%Y-%m-%d %H:%M", "2023-01-01 10:60"), ("%Y-%m-%d%z", "2023-01-01+24:00"),
        ("%Y-%m-%d%z", "2023-01-01"), ("%Y-%m-%d %H:%M:%S.%f", "2023-01-01 10:00:00.1234567"),
    ])
    func `what is not in the format, or not in the calendar, does not fit`(format: String, text: String) throws {
        #expect(value(text, try CellReader(.instant, format: format)) == .null)
    }

    @Test func `dates of leap years are read`() throws {
        let reader = try CellReader(.date, format: "%d.%m.%Y")
        #expect(value("29.02.2024", reader) == .date(19_782))
        #expect(value("29.2.2000", reader) == .date(11_016))
        #expect(value("29.02.2100", reader) == .null)
        #expect(value("2024-02-29", try CellReader(.date)) == .date(19_782))
        #expect(value("2023-02-29", try CellReader(.date)) == .null)
        #expect(value("366", try CellReader(.date, format: "%Y%j")) == .null)
        #expect(value("2024366", try CellReader(.date, format: "%Y%j")) == .date(20_088))
    }

    @Test(
        arguments: [
            (Schema.Kind.date, "%d.%m.%Q", "'%Q' is not supported", 6),
            (.date, "%d.%m.%", "a letter has to follow '%'", 6),
            (.date, "%d.%m", "the format lacks the year (%Y or %y)", 0),
            (.date, "%Y", "the format lacks the month (%m, %b or %B)", 0),
            (.date, "%Y-%m", "the format lacks the day (%d)", 0),
            (.integer, "%d", "a column of kind integer has no format", 0),
            (.date, "%Y-%m-%d %H", "'%H' is part of a time, and a date has none", 9),
            (.date, "%Y-%m-%d %y", "'%y' states a part of the time a second time", 9),
            (.date, "%Y-%j-%d", "'%d' states a part of the time a second time", 6),
            (.instant, "%Y-%m-%d %M", "the format lacks the hour (%H)", 0),
        ] as [(Schema.Kind, String, String, Int)]
    )
    func `a wrong format is reported at its place`(kind: Schema.Kind, format: String, message: String, offset: Int) {
        #expect {
            try TimeFormat(format, kind: kind)
        } throws: { error in
            guard let mistake = error as? TimeFormat.Mistake else { return false }
            return mistake.message == message && mistake.offset == offset
        }
    }
}
