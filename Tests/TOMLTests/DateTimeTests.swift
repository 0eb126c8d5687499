import TOML
import Testing

@Suite struct DateTimeTests {
    @Test(arguments: [
        Case("1979-05-27", "1979-05-27"),
        Case("0000-01-01", "0000-01-01"),
        Case("9999-12-31", "9999-12-31"),
        Case("2000-02-29", "2000-02-29"),
        Case("2024-02-29", "2024-02-29"),
        Case("07:32:00", "07:32:00"),
        Case("00:00:00.000000001", "00:00:00.000000001"),
        Case("00:00:00.9999999999999", "00:00:00.999999999"),
        Case("07:32", "07:32:00"),
        Case("1979-05-27T07:32:00", "1979-05-27T07:32:00"),
        Case("1979-05-27 07:32:00.5", "1979-05-27T07:32:00.5"),
        Case("1979-05-27t07:32", "1979-05-27T07:32:00"),
        Case("1979-05-27T07:32:00Z", "1979-05-27T07:32:00Z"),
        Case("1979-05-27 07:32:00z", "1979-05-27T07:32:00Z"),
        Case("1979-05-27 07:32Z", "1979-05-27T07:32:00Z"),
        Case("1979-05-27T07:32:00.999+00:00", "1979-05-27T07:32:00.999Z"),
        Case("1979-05-27T07:32:00-07:30", "1979-05-27T07:32:00-07:30"),
        Case("1979-05-27T07:32:00+23:59", "1979-05-27T07:32:00+23:59"),
    ])
    func `a date or time is read`(sample: Case) {
        #expect(plain("a = \(sample.toml)") == "{a: \(sample.expected)}")
        #expect(plain("a = \(sample.toml) # comment") == "{a: \(sample.expected)}")
        #expect(plain("a = [\(sample.toml),\(sample.toml)]") == "{a: [\(sample.expected), \(sample.expected)]}")
    }

    @Test(arguments: [
        "2021-02-29", "1900-02-29", "2100-02-29", "2021-00-01", "2021-13-01", "2021-01-00", "2021-01-32", "2021-04-31",
        "24:00:00", "25:00", "23:60:00", "23:59:61", "23:59:60", "2021-01-01T00:00:00+24:00",
        "2021-01-01T00:00:00-00:60",
        "2021-01-01T00:00:00+99:00",
    ])
    func `what no calendar and no clock shows is refused`(text: String) {
        let problems = found("x = 1\na = \(text)")
        #expect(
            problems.count == 1 && problems[0].hasPrefix("2:") && problems[0].hasSuffix("date-time-range"),
            "\(problems)"
        )
    }

    @Test(arguments: [
        "2021-1-01", "2021-01-1", "21-01-01", "02021-01-01", "2021-01", "2021-01-01T", "2021-01-01  07:00:00",
        "2021-01-01T07", "2021-01-01T7:00", "2021-01-01T07:0", "7:00:00", "07:0:00", "07:00:0", "07:00:00.", "07:00.5",
        "2021-01-01T07:00:00.Z", "2021-01-01T07:00:00+1:00", "2021-01-01T07:00:00+01", "2021-01-01T07:00:00+0100",
        "2021-01-01T07:00:00+01:0", "2021-01-01T07:00:00 Z", "2021-01-01Z", "07:00:00Z", "2021-01-01T07:00:00ZZ",
        "2021-01-01\t07:00:00", "2021-01-01x", "07:00:00x", "2021/01/01", "2021-01-01T07:00:00−07:00", "-2021-01-01",
        "2021-01-01T07:00:00.1.2", "2021-W01-1", "2021-001", "T07:00:00",
    ])
    func `what is no date and no time is refused on its line`(text: String) {
        let problems = found("x = 1\na = \(text)")
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.hasPrefix("2:") == true, "\(problems)")
    }

    @Test(arguments: ["07:32", "1979-05-27T07:32", "1979-05-27 07:32Z"])
    func `seconds are needed in TOML 1_0`(text: String) {
        #expect(found("a = \(text)", .v1_0) == ["1:5 malformed-date-time"])
    }

    @Test func `a date and a time know their parts`() throws {
        let document = try TOMLDocument(Array("a = 1979-05-27T00:32:01.25-07:00".utf8), name: "x")
        let value = try #require(document.root["a"].offsetDateTime)
        #expect(value.local.date == LocalDate(year: 1979, month: 5, day: 27))
        #expect(value.local.time == LocalTime(hour: 0, minute: 32, second: 1, nanosecond: 250_000_000))
        #expect(value.offsetInMinutes == -420)
        #expect(value.secondsSince1970 == 296_638_321)
        #expect(document.root["a"].localDateTime == nil)
    }

    @Test func `an instant is counted from 1970`() {
        func seconds(_ text: String) -> Int? {
            TOMLDocument.recovering(Array("a = \(text)".utf8), name: "x").document.root["a"].offsetDateTime?
                .secondsSince1970
        }
        #expect(seconds("1970-01-01T00:00:00Z") == 0)
        #expect(seconds("1969-12-31T23:59:59Z") == -1)
        #expect(seconds("2000-03-01T00:00:00Z") == 951_868_800)
        #expect(seconds("2024-02-29T12:00:00+12:00") == 1_709_164_800)
        // Year 0 of the proleptic Gregorian calendar begins 719,528 days before 1970 (RFC 3339, appendix B, day numbers).
        #expect(seconds("0000-01-01T00:00:00Z") == -719_528 * 86_400)
    }

    @Test func `a date that no calendar has cannot be made`() {
        #expect(LocalDate(year: 2023, month: 2, day: 29) == nil)
        #expect(LocalTime(hour: 24, minute: 0) == nil)
        #expect(LocalDate(year: 10_000, month: 1, day: 1) == nil)
    }
}
