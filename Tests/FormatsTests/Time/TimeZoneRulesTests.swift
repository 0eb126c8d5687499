import Diagnostics
import Foundation
import TestTags
import Testing

@testable import Formats

@Suite(.tags(.fuzz)) struct TimeZoneRulesTests {
    func rules(_ fixture: ZoneFixture) throws -> TimeZoneRules {
        let data = try #require(Data(base64Encoded: fixture.file))
        return try TimeZoneRules(parsing: Array(data), name: fixture.name)
    }

    func microseconds(_ text: String) -> Int64? { ISO8601.microseconds(of: Array(text.utf8).span) }

    func zone(_ name: String) throws -> TimeZoneRules {
        try rules(try #require(ZoneFixture.all.first { $0.name == name }))
    }

    @Test(arguments: ZoneFixture.all)
    func `offsets are those of another implementation`(fixture: ZoneFixture) throws {
        let rules = try rules(fixture)
        for (seconds, offset) in fixture.offsets {
            #expect(rules.offset(at: seconds) == offset, "at \(seconds)")
        }
    }

    @Test(arguments: ZoneFixture.all)
    func `days are those of the offset, in any order`(fixture: ZoneFixture) throws {
        let rules = try rules(fixture)
        var inOrder = rules.localDays
        var backwards = rules.localDays
        func day(_ seconds: Int64, _ offset: Int) -> Int32 {
            Int32((Double(seconds + Int64(offset)) / 86_400).rounded(.down))
        }
        for (seconds, offset) in fixture.offsets {
            let moment = seconds * 1_000_000
            #expect(inOrder.day(ofMicroseconds: moment) == day(seconds, offset), "at \(seconds)")
            #expect(inOrder.day(ofMicroseconds: moment + 999_999) == day(seconds, offset))
        }
        for (seconds, offset) in fixture.offsets.reversed() {
            #expect(backwards.day(ofMicroseconds: seconds * 1_000_000) == day(seconds, offset), "at \(seconds)")
        }
    }

    @Test(arguments: ZoneFixture.all)
    func `a clock's time leads back to its moment`(fixture: ZoneFixture) throws {
        let rules = try rules(fixture)
        for (seconds, offset) in fixture.offsets {
            let clock = (seconds + Int64(offset)) * 1_000_000 + 7
            let moment = rules.instant(ofLocal: clock)
            // A clock that was set back shows a time twice: then it is the first, at most a day earlier (Apia in 1892).
            let first = seconds * 1_000_000 + 7
            #expect(moment == first || (1...86_400_000_000).contains(first - moment))
            #expect(moment + Int64(rules.offset(at: (moment - 7) / 1_000_000)) * 1_000_000 == clock, "at \(seconds)")
        }
    }

    // Worked by hand: UTC-5 until 2024-03-10T07:00Z, UTC-4 until 2024-11-03T06:00Z.
    @Test(arguments: [
        ("2024-03-10T01:59:59Z", "2024-03-10T06:59:59.000Z"), ("2024-03-10T02:30:00Z", "2024-03-10T07:30:00.000Z"),
        ("2024-03-10T03:00:00Z", "2024-03-10T07:00:00.000Z"), ("2024-11-03T01:30:00Z", "2024-11-03T05:30:00.000Z"),
        ("2024-11-03T02:00:00Z", "2024-11-03T07:00:00.000Z"), ("2024-07-01T00:00:00Z", "2024-07-01T04:00:00.000Z"),
    ])
    func `a clock that is set forward or back has one moment for each time`(clock: String, moment: String) throws {
        let local = try #require(microseconds(clock))
        #expect(ISO8601.text(ofMicroseconds: try zone("America/New_York").instant(ofLocal: local)) == moment)
    }

    @Test(arguments: [Int64.min, .max]) func `the ends of time have some moment`(clock: Int64) throws {
        _ = try zone("America/New_York").instant(ofLocal: clock)
    }

    struct Evening: CustomTestStringConvertible, Sendable {
        let zone: String
        let utc: String
        let day: String
        var testDescription: String { "\(utc) in \(zone)" }
    }

    @Test(arguments: [
        Evening(zone: "America/New_York", utc: "2024-03-10T04:59:59.999Z", day: "2024-03-09"),
        Evening(zone: "America/New_York", utc: "2024-03-10T05:00:00.000Z", day: "2024-03-10"),
        Evening(zone: "America/New_York", utc: "2024-03-11T03:59:59.999Z", day: "2024-03-10"),
        Evening(zone: "America/New_York", utc: "2024-03-11T04:00:00.000Z", day: "2024-03-11"),
        Evening(zone: "Europe/Berlin", utc: "1969-12-31T22:59:59.999Z", day: "1969-12-31"),
        Evening(zone: "Europe/Berlin", utc: "1969-12-31T23:00:00.000Z", day: "1970-01-01"),
        Evening(zone: "Europe/Dublin", utc: "2030-07-01T23:00:00.000Z", day: "2030-07-02"),
        Evening(zone: "Europe/Dublin", utc: "2060-01-01T23:30:00.000Z", day: "2060-01-01"),
        Evening(zone: "Asia/Kolkata", utc: "2024-01-01T18:30:00.000Z", day: "2024-01-02"),
        Evening(zone: "Pacific/Apia", utc: "2011-12-30T09:59:59.999Z", day: "2011-12-29"),
        Evening(zone: "Pacific/Apia", utc: "2011-12-30T10:00:00.000Z", day: "2011-12-31"),
        Evening(zone: "America/Los_Angeles", utc: "1970-01-01T00:00:00.000Z", day: "1969-12-31"),
    ])
    func `an evening is on the day of the wall calendar`(evening: Evening) throws {
        var days = try zone(evening.zone).localDays
        let moment = try #require(microseconds(evening.utc))
        #expect(CivilDate(daysSince1970: days.day(ofMicroseconds: moment)).description == evening.day)
    }

    @Test func `in UTC the offset is nought and the days reach as far as 64 bits`() {
        var days = TimeZoneRules.utc.localDays
        #expect(days.day(ofMicroseconds: 0) == 0)
        #expect(days.day(ofMicroseconds: -1) == -1)
        #expect(days.day(ofMicroseconds: 86_399_999_999) == 0)
        #expect(days.day(ofMicroseconds: .max) == 106_751_991)
        #expect(days.day(ofMicroseconds: .min) == -106_751_992)
    }

    @Test(arguments: ZoneFixture.all)
    func `moments at the ends of time have an offset and a day`(fixture: ZoneFixture) throws {
        let rules = try rules(fixture)
        var days = rules.localDays
        for seconds in [Int64.min, .min + 1, -9_000_000_000_000_000, 9_000_000_000_000_000, .max - 1, .max] {
            #expect(abs(rules.offset(at: seconds)) < 86_400)
        }
        for moment in [Int64.min, .min + 1, .max - 1, .max] {
            let day = days.day(ofMicroseconds: moment)
            // Beyond the last day that 64 bits reach, it is the last that 32 bits do.
            #expect(
                (-106_751_993 ... -106_751_991).contains(day) || (106_751_990...106_751_992).contains(day)
                    || day == (moment < 0 ? .min : .max)
            )
            #expect((day < 0) == (moment < 0))
        }
    }

    struct Rule: CustomTestStringConvertible, Sendable {
        let text: String
        let offsets: [(at: String, hours: Double)]
        var testDescription: String { text }
    }

    @Test(arguments: [
        Rule(text: "EST5", offsets: [("1990-07-01T00:00Z", -5)]),
        Rule(text: "<+0330>-3:30", offsets: [("1990-07-01T00:00Z", 3.5)]),
        Rule(
            text: "EST5EDT,M3.2.0,M11.1.0",
            offsets: [
                ("2024-03-10T06:59:59Z", -5), ("2024-03-10T07:00Z", -4), ("2024-11-03T05:59:59Z", -4),
                ("2024-11-03T06:00Z", -5),
            ]
        ),
        Rule(
            text: "IST-1GMT0,M10.5.0,M3.5.0/1",
            offsets: [("2024-03-31T00:59:59Z", 0), ("2024-03-31T01:00Z", 1), ("2024-10-27T01:00Z", 0)]
        ),
        Rule(
            text: "AEST-10AEDT,M10.1.0,M4.1.0/3",
            offsets: [("2024-01-01T00:00Z", 11), ("2024-04-06T16:00Z", 10), ("2024-10-05T16:00Z", 11)]
        ),
        // RFC 8536 §3.3.1: daylight saving all year round.
        Rule(
            text: "XXX3EDT4,0/0,J365/23",
            offsets: [("2024-01-01T02:59Z", -4), ("2024-01-01T04:00Z", -4), ("2024-07-01T00:00Z", -4)]
        ),
        // Times before midnight and after the day, as in Greenland and Gaza.
        Rule(
            text: "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
            offsets: [("2024-03-31T00:59:59Z", -2), ("2024-03-31T01:00Z", -1), ("2024-10-27T01:00Z", -2)]
        ),
        Rule(
            text: "EET-2EEST,M3.4.4/50,M10.4.4/50",
            offsets: [("2024-03-29T23:59:59Z", 2), ("2024-03-30T00:00Z", 3), ("2024-10-25T23:00Z", 2)]
        ),
        Rule(
            text: "AAA0BBB,J60,J300",
            offsets: [("2024-03-01T01:59:59Z", 0), ("2024-03-01T02:00Z", 1), ("2023-03-01T02:00Z", 1)]
        ),
        Rule(
            text: "AAA0BBB,59,300",
            offsets: [("2024-02-29T02:00Z", 1), ("2023-02-28T02:00Z", 0), ("2023-03-01T02:00Z", 1)]
        ),
    ])
    func `a rule for all years`(rule: Rule) throws {
        let parsed = try #require(POSIXTimeZone(parsing: Array(rule.text.utf8)))
        for (at, hours) in rule.offsets {
            let moment = try #require(microseconds(at))
            #expect(parsed.stretch(around: moment / 1_000_000).offset == Int(hours * 3600), "at \(at)")
        }
    }

    @Test(arguments: [
        "", "E5", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0", "EST25",
        "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0,M11.1.0,", "<EST5", "EST5EDT,J0,J365", "EST5EDT,M3.2.0/168,M11.1.0",
        "EST5:60", "EST99999999999999999999",
    ])
    func `what is no rule is none`(text: String) {
        #expect(POSIXTimeZone(parsing: Array(text.utf8)) == nil)
    }

    @Test func `a file cut anywhere is damaged`() throws {
        let data = try #require(Data(base64Encoded: ZoneFixture.all[0].file))
        for length in 0..<data.count {
            let error = #expect(throws: Diagnostic.self) {
                try TimeZoneRules(parsing: Array(data.prefix(length)), name: "Europe/Berlin")
            }
            #expect(error?.code == "zone.damaged")
        }
    }

    @Test func `damage in a file never stops the program`() throws {
        let data = Array(try #require(Data(base64Encoded: ZoneFixture.all[0].file)))
        var numbers = SteadyNumbers(1)
        for _ in 0..<3000 {
            var bytes = data
            for _ in 0..<Int.random(in: 1...6, using: &numbers) {
                bytes[Int.random(in: 0..<bytes.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            }
            guard let rules = try? TimeZoneRules(parsing: bytes, name: "x") else { continue }
            for _ in 0..<5 { _ = rules.offset(at: Int64.random(in: .min ... .max, using: &numbers)) }
            _ = rules.offset(at: 1_700_000_000)
        }
    }

    @Test func `what is no zone is told`() {
        let error = #expect(throws: Diagnostic.self) {
            try TimeZoneRules(parsing: Array(repeating: 65, count: 100), name: "Mars/Olympus")
        }
        #expect(
            error?.rendered() == """
                error[zone.damaged]: the data of the time zone 'Mars/Olympus' cannot be used: it does not begin with 'TZif'
                  hint: reinstall the system's time zone data (tzdata), or name another zone
                """
        )
    }
}
