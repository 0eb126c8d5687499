internal import Diagnostics
internal import Formats

extension FunctionTable {
    private static let unit = Parameter(.text, phrase: "a unit", form: .constant)
    private static let months = Parameter(.integer, phrase: "how many months")

    /// Times, and lengths of time.
    static let timeFunctions: [Function] = [
        Function(
            "now",
            group: .times,
            summary: "The time of the run, the same for all its records.",
            example: "now() > @2024-01-01T00:00:00Z",
            result: "true",
            [
                Overload(
                    [],
                    gives: .instant,
                    isPure: false,
                    make: { call in
                        let now = call.context.now
                        return .integer { _ in now }
                    }
                )
            ]
        ),
        Function(
            "today",
            group: .times,
            summary: "The date of the run in a time zone.",
            example: #"today("UTC") > @2024-01-01"#,
            result: "true",
            [
                Overload(
                    [.zone],
                    gives: .date,
                    isPure: false,
                    make: { (call) throws(Diagnostic) in
                        let day = Int64(LocalTime(zone: try call.zone(0)).date(call.context.now).daysSince1970)
                        return .integer { _ in day }
                    }
                )
            ]
        ),
        Function(
            "start_of",
            group: .times,
            summary:
                "The first day of a date's year, quarter, month or week, or the start of an instant's in a time zone.",
            example: #"start_of("month", @2024-05-12)"#,
            result: "@2024-05-01",
            usage: #"start_of("hour", watched_at, "UTC")"#,
            [
                Overload(
                    [unit, .date],
                    gives: .date,
                    make: { (call) throws(Diagnostic) in
                        let unit = try call.unit(0, ofDate: true)
                        return .integer { (arguments) throws(Failure) in
                            let date = CivilDate(daysSince1970: Int32(clamping: arguments.integer(1)))
                            return try LocalTime.days(unit.start(of: date))
                        }
                    }
                ),
                zoneless("the start", parameters: [unit, .instant], gives: .instant),
                Overload([unit, .instant, .zone], gives: .instant, make: start),
            ]
        ),
        Function(
            "end_of",
            group: .times,
            summary: "The last day of a date's year, quarter, month or week.",
            example: #"end_of("month", @2024-02-10)"#,
            result: "@2024-02-29",
            [
                Overload(
                    [unit, .date],
                    gives: .date,
                    make: { (call) throws(Diagnostic) in
                        let unit = try call.unit(0, ofDate: true)
                        return .integer { (arguments) throws(Failure) in
                            let date = CivilDate(daysSince1970: Int32(clamping: arguments.integer(1)))
                            return try LocalTime.days(unit.end(of: date))
                        }
                    }
                )
            ]
        ),
        Function(
            "add_months",
            group: .times,
            summary:
                "The date that many months later, at most the last day of the month; or an instant in a time zone.",
            example: "add_months(@2024-01-31, 1)",
            result: "@2024-02-29",
            [
                Overload(
                    [.date, months],
                    gives: .date,
                    kernel: .integer { (arguments) throws(Failure) in
                        let date = CivilDate(daysSince1970: Int32(clamping: arguments.integer(0)))
                        return try LocalTime.days(date.adding(months: Int(arguments.integer(1))))
                    }
                ),
                zoneless("a month", parameters: [.instant, months], gives: .instant),
                Overload(
                    [.instant, months, .zone],
                    gives: .instant,
                    make: { (call) throws(Diagnostic) in
                        let time = LocalTime(zone: try call.zone(2))
                        return .integer { (arguments) throws(Failure) in
                            let local = time.local(arguments.integer(0))
                            let day = LocalTime.floor(local, by: LocalTime.day)
                            let date = CivilDate(daysSince1970: Int32(clamping: day))
                            let later = try LocalTime.days(date.adding(months: Int(arguments.integer(1))))
                            return try time.instant(ofLocal: local + (later - day) * LocalTime.day)
                        }
                    }
                ),
            ]
        ),
        Function(
            "between",
            group: .times,
            summary:
                "How many whole units lie between two dates, or between two instants; negative if the second is earlier.",
            example: #"between("year", @1979-05-25, @2024-05-12)"#,
            result: "44",
            usage: #"between("days", started_on, ended_on)"#,
            [
                Overload(
                    [unit, .date, .date],
                    gives: .integer,
                    make: { (call) throws(Diagnostic) in
                        let unit = try call.unit(0, ofDate: true)
                        return .integer { arguments in
                            unit.count(
                                from: CivilDate(daysSince1970: Int32(clamping: arguments.integer(1))),
                                to: CivilDate(daysSince1970: Int32(clamping: arguments.integer(2)))
                            )
                        }
                    }
                ),
                Overload(
                    [unit, .instant, .instant],
                    gives: .integer,
                    make: { (call) throws(Diagnostic) in
                        guard let length = try call.unit(0).length else {
                            throw Diagnostic(
                                "expression.unit",
                                message: "'\(call.text(0) ?? "")' has no fixed length between two instants",
                                at: call.place(0),
                                hint: "take their dates: date(x, \"Europe/Berlin\")"
                            )
                        }
                        return .integer { (arguments) throws(Failure) in
                            let (time, isOver) = arguments.integer(2).subtractingReportingOverflow(arguments.integer(1))
                            guard !isOver else { throw .overflow(.duration) }
                            return time / length
                        }
                    }
                ),
            ]
        ),
        duration("days", unit: LocalTime.day, example: "@2024-01-31 + days(30)", result: "@2024-03-01"),
        duration("hours", unit: 3_600_000_000, example: "in_days(hours(36))", result: "1.5"),
        duration("minutes", unit: 60_000_000, example: "in_seconds(minutes(1.5))", result: "90.0"),
        duration("seconds", unit: 1_000_000, example: "in_minutes(seconds(90))", result: "1.5"),
        length("in_days", unit: LocalTime.day, example: "in_days(36h)", result: "1.5"),
        length("in_hours", unit: 3_600_000_000, example: "in_hours(90min)", result: "1.5"),
        length("in_minutes", unit: 60_000_000, example: "in_minutes(90s)", result: "1.5"),
        length("in_seconds", unit: 1_000_000, example: "in_seconds(1500ms)", result: "1.5"),
    ]

    @Sendable private static func start(_ call: borrowing Call) throws(Diagnostic) -> Kernel {
        let unit = try call.unit(0)
        let time = LocalTime(zone: try call.zone(2))
        if unit.isTimeOfDay, let length = unit.length {
            // Not by way of a local time, which may occur twice.
            return .integer { arguments in
                let local = time.local(arguments.integer(1))
                return arguments.integer(1) - (local - LocalTime.floor(local, by: length) * length)
            }
        }
        return .integer { (arguments) throws(Failure) in
            let day = unit.start(of: time.date(arguments.integer(1))).daysSince1970
            return try time.instant(ofLocal: Int64(day) * LocalTime.day)
        }
    }

    private static func duration(_ name: String, unit: Int64, example: String, result: String) -> Function {
        Function(
            name,
            group: .times,
            summary: "A length of time of that many \(name).",
            example: example,
            result: result,
            [
                Overload(
                    [.integer],
                    gives: .duration,
                    kernel: .integer { (arguments) throws(Failure) in
                        let (length, overflow) = arguments.integer(0).multipliedReportingOverflow(by: unit)
                        guard !overflow else { throw .overflow(.duration) }
                        return length
                    }
                ),
                Overload(
                    [.real],
                    gives: .duration,
                    kernel: .integer { (arguments) throws(Failure) in
                        guard let length = Int64(exactly: (arguments.real(0) * Double(unit)).rounded()) else {
                            throw .overflow(.duration)
                        }
                        return length
                    }
                ),
            ]
        )
    }

    private static func length(_ name: String, unit: Int64, example: String, result: String) -> Function {
        Function(
            name,
            group: .times,
            summary: "A length of time as a number of \(name.dropFirst(3)).",
            example: example,
            result: result,
            [Overload([.duration], gives: .real, kernel: .real { Double($0.integer(0)) / Double(unit) })]
        )
    }
}
