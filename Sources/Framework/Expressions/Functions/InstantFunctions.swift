internal import Diagnostics
internal import Formats
internal import Records

extension FunctionTable {
    private static let format = Parameter(.text, phrase: "a format", form: .constant)

    /// Dates and instants from other values, and as text.
    static let instantFunctions: [Function] = [
        Function(
            "date",
            group: .times,
            summary: "A date: of an ISO 8601 text, of a text in a format, or of an instant in a time zone.",
            example: #"date(@2024-05-12T23:30:00Z, "Europe/Berlin")"#,
            result: "@2024-05-13",
            [
                Overload([.date], gives: .date, kernel: .integer { $0.integer(0) }),
                zoneless("the date", gives: .date),
                Overload(
                    [.instant, .zone],
                    gives: .date,
                    make: { (call) throws(Diagnostic) in
                        let time = LocalTime(zone: try call.zone(1))
                        return .integer { (arguments) throws(Failure) in
                            try LocalTime.days(time.date(arguments.integer(0)))
                        }
                    }
                ),
                Overload(
                    [.text],
                    gives: .date,
                    kernel: .integer { (arguments) throws(Failure) in
                        guard let days = CivilDate.days(of: arguments.text(0).span) else {
                            throw .cast("the text is not a date such as 2024-05-12")
                        }
                        return Int64(days)
                    }
                ),
                Overload(
                    [.text, format],
                    gives: .date,
                    make: { (call) throws(Diagnostic) in
                        let format = try call.format(1, kind: .date)
                        return .integer { (arguments) throws(Failure) in
                            guard let days = format.days(of: arguments.text(0)) else {
                                throw .cast("the text is not a date in the format \(format.text)")
                            }
                            return Int64(days)
                        }
                    }
                ),
            ]
        ),
        Function(
            "instant",
            group: .times,
            summary:
                "An instant: of an ISO 8601 text with its offset, or of a text or the start of a date in a time zone.",
            example: #"instant("2024-07-01 14:30", "Europe/Paris")"#,
            result: "@2024-07-01T12:30:00.000Z",
            [
                Overload([.instant], gives: .instant, kernel: .integer { $0.integer(0) }),
                Overload(
                    [.text],
                    gives: .instant,
                    kernel: .integer { (arguments) throws(Failure) in
                        switch ISO8601.reading(of: arguments.text(0)) {
                        case .instant(let instant): return instant
                        case .local: throw .cast("the text states no offset from UTC, and the call no time zone")
                        case nil: throw .cast("the text is not an instant such as 2024-05-12T09:30:00Z")
                        }
                    }
                ),
                Overload(
                    [.text, .zone],
                    gives: .instant,
                    make: { (call) throws(Diagnostic) in
                        let time = LocalTime(zone: try call.zone(1))
                        return .integer { (arguments) throws(Failure) in
                            switch ISO8601.reading(of: arguments.text(0)) {
                            case .instant(let instant): return instant
                            case .local(let local): return try time.instant(ofLocal: local)
                            case nil: throw .cast("the text is not a time such as 2024-05-12T09:30:00")
                            }
                        }
                    }
                ),
                zoneless("the start", parameters: [.date], gives: .instant),
                Overload(
                    [.date, .zone],
                    gives: .instant,
                    make: { (call) throws(Diagnostic) in
                        let time = LocalTime(zone: try call.zone(1))
                        return .integer { (arguments) throws(Failure) in
                            try time.instant(ofLocal: try LocalTime.midnight(arguments.integer(0)))
                        }
                    }
                ),
            ]
        ),
        Function(
            "parse_time",
            group: .times,
            summary: "The instant in a text of a format; without `%z` in the format, of a local time in a time zone.",
            example: #"parse_time("12.05.2024 09:30", "%d.%m.%Y %H:%M", "UTC")"#,
            result: "@2024-05-12T09:30:00.000Z",
            usage: #"parse_time(x, "%d.%m.%Y %H:%M", "Europe/Berlin")"#,
            [
                Overload([.text, format], gives: .instant, make: reading),
                Overload([.text, format, .zone], gives: .instant, make: reading),
            ]
        ),
        Function(
            "format_time",
            group: .times,
            summary: "A date, or an instant in a time zone, in a format of strftime's letters.",
            example: #"format_time(@2024-05-12, "%d %b %Y")"#,
            result: #""12 May 2024""#,
            usage: #"format_time(x, "%Y-%m", "Europe/Berlin") is the month"#,
            [
                Overload(
                    [.date, format],
                    gives: .text,
                    make: { (call) throws(Diagnostic) in
                        let format = try call.format(1, kind: .date, isForReading: false)
                        return .text { (arguments, out) throws(Failure) in
                            var bytes: [UInt8] = []
                            format.append(local: try LocalTime.midnight(arguments.integer(0)), offset: 0, to: &bytes)
                            try out.append(bytes)
                            return true
                        }
                    }
                ),
                zoneless("the time", parameters: [.instant, format], gives: .text),
                Overload(
                    [.instant, format, .zone],
                    gives: .text,
                    make: { (call) throws(Diagnostic) in
                        let format = try call.format(1, kind: .instant, isForReading: false)
                        let time = LocalTime(zone: try call.zone(2))
                        return .text { (arguments, out) throws(Failure) in
                            let instant = arguments.integer(0)
                            var bytes: [UInt8] = []
                            format.append(local: time.local(instant), offset: time.offset(at: instant), to: &bytes)
                            try out.append(bytes)
                            return true
                        }
                    }
                ),
            ]
        ),
        sinceEpoch("seconds_to_instant", unit: 1_000_000, words: "seconds", example: "seconds_to_instant(1715500800)"),
        sinceEpoch(
            "milliseconds_to_instant",
            unit: 1000,
            words: "milliseconds",
            example: "milliseconds_to_instant(1715500800000)"
        ),
        Function(
            "instant_to_seconds",
            group: .times,
            summary: "The whole seconds from 1970-01-01T00:00:00Z to an instant.",
            example: "instant_to_seconds(@2024-05-12T08:00:00Z)",
            result: "1715500800",
            [Overload([.instant], gives: .integer, kernel: .integer { LocalTime.floor($0.integer(0), by: 1_000_000) })]
        ),
        Function(
            "instant_to_milliseconds",
            group: .times,
            summary: "The whole milliseconds from 1970-01-01T00:00:00Z to an instant.",
            example: "instant_to_milliseconds(@2024-05-12T08:00:00.5Z)",
            result: "1715500800500",
            [Overload([.instant], gives: .integer, kernel: .integer { LocalTime.floor($0.integer(0), by: 1000) })]
        ),
    ]

    private static func sinceEpoch(_ name: String, unit: Int64, words: String, example: String) -> Function {
        Function(
            name,
            group: .times,
            summary: "The instant that many \(words) after 1970-01-01T00:00:00Z.",
            example: example,
            result: "@2024-05-12T08:00:00.000Z",
            [
                Overload(
                    [.integer],
                    gives: .instant,
                    kernel: .integer { (arguments) throws(Failure) in
                        let (instant, overflow) = arguments.integer(0).multipliedReportingOverflow(by: unit)
                        guard !overflow, LocalTime.instants.contains(instant) else { throw .overflow(.instant) }
                        return instant
                    }
                ),
                Overload(
                    [.real],
                    gives: .instant,
                    kernel: .integer { (arguments) throws(Failure) in
                        let instant = (arguments.real(0) * Double(unit)).rounded()
                        guard let instant = Int64(exactly: instant), LocalTime.instants.contains(instant) else {
                            throw .overflow(.instant)
                        }
                        return instant
                    }
                ),
            ]
        )
    }

    @Sendable private static func reading(_ call: borrowing Call) throws(Diagnostic) -> Kernel {
        let format = try call.format(1, kind: .instant)
        guard format.statesOffset != (call.count > 2) else {
            throw Diagnostic(
                "expression.zone",
                message: format.statesOffset
                    ? "the format states the offset from UTC, so there is no other time zone"
                    : "a time without its offset from UTC needs a time zone",
                at: format.statesOffset ? call.place(2) : call.place(1),
                hint: format.statesOffset
                    ? "leave the zone out"
                    : "parse_time(\(call.written(0)), \(call.written(1)), \"Europe/Berlin\"), or \"UTC\""
            )
        }
        let time = format.statesOffset ? nil : LocalTime(zone: try call.zone(2))
        return .integer { (arguments) throws(Failure) in
            guard let read = format.microseconds(of: arguments.text(0)) else {
                throw .cast("the text is not a time in the format \(format.text)")
            }
            return try time?.instant(ofLocal: read) ?? read
        }
    }
}

extension Call {
    /// The format that an argument states.
    ///
    /// - Throws: `expression.format`, at the wrong letters.
    func format(_ index: Int, kind: Schema.Kind, isForReading: Bool = true) throws(Diagnostic) -> TimeFormat {
        do throws(TimeFormat.Mistake) {
            return try TimeFormat(text(index) ?? "", kind: kind, isForReading: isForReading)
        } catch {
            throw Diagnostic(
                "expression.format",
                message: error.message,
                at: place(index, of: error.offset..<error.offset + error.count),
                hint: error.hint
            )
        }
    }
}
