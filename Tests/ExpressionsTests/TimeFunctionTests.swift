import Testing

@testable import Expressions

@Suite struct TimeFunctionTests {
    typealias Case = FunctionTests.Case

    @Test(arguments: [
        // The clock goes back from 03:00 to 02:00 at 01:00Z.
        Case(#"hour(@2024-10-27T00:30:00Z, "Europe/Berlin")"#, "2"),
        Case(#"hour(@2024-10-27T01:30:00Z, "Europe/Berlin")"#, "2"),
        Case(#"start_of("hour", @2024-10-27T01:30:00Z, "Europe/Berlin")"#, "@2024-10-27T01:00:00.000Z"),
        Case(#"start_of("day", @2024-10-27T12:00:00Z, "Europe/Berlin")"#, "@2024-10-26T22:00:00.000Z"),
        Case(#"start_of("week", @2024-05-12T23:00:00Z, "Europe/Berlin")"#, "@2024-05-12T22:00:00.000Z"),
        Case(#"start_of("week", @2024-05-12)"#, "@2024-05-06"),
        Case(#"start_of("quarter", @2024-05-12)"#, "@2024-04-01"),
        Case(#"start_of("years", @2024-05-12)"#, "@2024-01-01"),
        Case(#"start_of("second", @1969-12-31T23:59:59.5Z, "UTC")"#, "@1969-12-31T23:59:59.000Z"),
        Case(#"end_of("week", @2024-05-12)"#, "@2024-05-12"),
        Case(#"end_of("year", @2024-05-12)"#, "@2024-12-31"),
        Case(#"add_months(@2024-03-31, -1)"#, "@2024-02-29"),
        Case(#"add_months(@2024-12-15, 13)"#, "@2026-01-15"),
        Case(#"add_months(@9999-12-31, 1)"#, "expression.overflow"),
        Case(#"add_months(@2024-01-01, 9223372036854775807)"#, "expression.overflow"),
        // The same local time, an hour nearer to UTC.
        Case(#"add_months(@2024-03-15T11:00:00Z, 1, "Europe/Berlin")"#, "@2024-04-15T10:00:00.000Z"),
        Case(#"between("month", @2024-01-31, @2024-02-29)"#, "1"),
        Case(#"between("month", @2024-01-31, @2024-02-28)"#, "0"),
        Case(#"between("month", @2024-03-31, @2024-02-29)"#, "-1"),
        Case(#"between("week", @2024-05-01, @2024-05-14)"#, "1"),
        Case(#"between("days", @2024-05-14, @2024-05-01)"#, "-13"),
        Case(#"between("hour", @2024-05-01T00:00:00Z, @2024-05-02T01:59:00Z)"#, "25"),
        Case(#"week(@2018-12-31)"#, "1"),
        Case(#"day_of_year(@2024-12-31T23:30:00Z, "Asia/Tokyo")"#, "1"),
        Case(#"weekday(@1969-12-29)"#, "1"),
        Case(#"date("12.05.2024", "%d.%m.%Y")"#, "@2024-05-12"),
        Case(#"date("2023-02-30")"#, "expression.cast"),
        Case(#"date("2024-05-12T00:00:00Z")"#, "expression.cast"),
        Case(#"date(@2024-05-12)"#, "@2024-05-12"),
        Case(#"instant("2024-05-12T09:30:00+02:00")"#, "@2024-05-12T07:30:00.000Z"),
        Case(#"instant("2024-05-12T09:30:00")"#, "expression.cast"),
        Case(#"instant("2024-05-12T09:30:00Z", "Europe/Berlin")"#, "@2024-05-12T09:30:00.000Z"),
        Case(#"instant(@2024-05-12, "Europe/Berlin")"#, "@2024-05-11T22:00:00.000Z"),
        // A time that the clock passes over, and one that it shows twice.
        Case(#"instant("2024-03-31 02:30", "Europe/Berlin")"#, "@2024-03-31T01:30:00.000Z"),
        Case(#"instant("2024-10-27 02:30", "Europe/Berlin")"#, "@2024-10-27T00:30:00.000Z"),
        Case(#"parse_time("2024-05-12 09:30 +0200", "%Y-%m-%d %H:%M %z")"#, "@2024-05-12T07:30:00.000Z"),
        Case(#"parse_time("2024-05-12 09:30 x", "%Y-%m-%d %H:%M", "UTC")"#, "expression.cast"),
        Case(
            #"format_time(@2024-01-05T08:09:10.25Z, "%d %B %y, %H:%M:%S.%f %z %j", "Asia/Kolkata")"#,
            #""05 January 24, 13:39:10.250000 +05:30 005""#
        ),
        Case(#"format_time(@2024-01-05, "%Y-%m")"#, #""2024-01""#),
        Case(#"format_time(now(), "%Y-%m-%dT%H:%M%z", "UTC")"#, #""2026-05-12T10:00Z""#),
        Case(#"today("Pacific/Auckland")"#, "@2026-05-12"),
        Case("seconds_to_instant(-0.5)", "@1969-12-31T23:59:59.500Z"),
        Case("seconds_to_instant(9223372036854775807)", "expression.overflow"),
        Case("instant_to_seconds(@1969-12-31T23:59:59.5Z)", "-1"),
        Case("@2024-02-28 + days(2)", "@2024-03-01"),
        Case("in_days(days(9223372036854775807))", "expression.overflow"),
    ])
    func `times follow the calendar and the zone`(_ test: Case) throws {
        #expect(try FunctionTests.value(of: test.text) == test.value)
    }

    @Test(arguments: [Int32.max, Int32.min, 106_751_992])
    func `a date outside of the calendar fails or is taken as it is, and stops nothing`(days: Int32) throws {
        let schema: Schema = ["day": .date]
        func code(of text: String) throws -> String? {
            let expression = try Expression(
                ExpressionText(text),
                for: schema,
                wants: .value,
                as: "value",
                context: FunctionTests.context
            )
            return expression.values(of: Batch(schema, records: [[.date(days)]])).failures.first?.code.name
        }
        #expect(try code(of: #"instant(day, "UTC")"#) == "expression.overflow")
        #expect(try code(of: #"format_time(day, "%Y-%m-%d")"#) == "expression.overflow")
        #expect(try code(of: #"start_of("week", day)"#) == "expression.overflow")
        #expect(try code(of: #"end_of("week", day)"#) == "expression.overflow")
        #expect(try code(of: #"week(day)"#) == nil)
    }
}
