internal import Diagnostics
internal import Formats

extension FunctionTable {
    /// Parts of times.
    static let timePartFunctions: [Function] = [
        datePart("year", words: "The year", example: #"year(@2024-05-12)"#, result: "2024") { $0.year },
        datePart("quarter", words: "The quarter of the year, 1 to 4,", example: #"quarter(@2024-05-12)"#, result: "2") {
            ($0.month + 2) / 3
        },
        datePart(
            "month",
            words: "The month, 1 to 12,",
            example: #"month(@2024-05-12T23:30:00Z, "Asia/Tokyo")"#,
            result: "5"
        ) { $0.month },
        datePart(
            "day",
            words: "The day of the month",
            example: #"day(@2024-05-12T23:30:00Z, "Asia/Tokyo")"#,
            result: "13"
        ) { $0.day },
        datePart("weekday", words: "The day of the week, 1 is Monday,", example: #"weekday(@2024-05-12)"#, result: "7")
        { $0.weekday },
        datePart("week", words: "The week of the year (ISO 8601)", example: #"week(@2021-01-03)"#, result: "53") {
            $0.week
        },
        datePart("day_of_year", words: "The day of the year", example: #"day_of_year(@2024-12-31)"#, result: "366") {
            $0.dayOfYear
        },
        timePart(
            "hour",
            words: "The hour, 0 to 23,",
            example: #"hour(@2024-07-01T12:30:00Z, "Europe/Paris")"#,
            result: "14"
        ) {
            $0 / 3_600_000_000
        },
        timePart(
            "minute",
            words: "The minute, 0 to 59,",
            example: #"minute(@2024-07-01T12:30:00Z, "Asia/Kolkata")"#,
            result: "0"
        ) {
            $0 / 60_000_000 % 60
        },
        timePart(
            "second",
            words: "The whole second, 0 to 59,",
            example: #"second(@2024-07-01T12:30:59.9Z, "UTC")"#,
            result: "59"
        ) {
            $0 / 1_000_000 % 60
        },
    ]

    private static func datePart(
        _ name: String,
        words: String,
        example: String,
        result: String,
        part: @escaping @Sendable (CivilDate) -> Int
    ) -> Function {
        Function(
            name,
            group: .timeParts,
            summary: "\(words) of a date, or of an instant in a time zone.",
            example: example,
            result: result,
            [
                Overload(
                    [.date],
                    gives: .integer,
                    kernel: .integer { Int64(part(CivilDate(daysSince1970: Int32(clamping: $0.integer(0))))) }
                ),
                zoneless("the \(name.replacingUnderscores)", gives: .integer),
                Overload(
                    [.instant, .zone],
                    gives: .integer,
                    make: { (call) throws(Diagnostic) in
                        let time = LocalTime(zone: try call.zone(1))
                        return .integer { Int64(part(time.date($0.integer(0)))) }
                    }
                ),
            ]
        )
    }

    private static func timePart(
        _ name: String,
        words: String,
        example: String,
        result: String,
        part: @escaping @Sendable (Int64) -> Int64
    ) -> Function {
        Function(
            name,
            group: .timeParts,
            summary: "\(words) of an instant in a time zone.",
            example: example,
            result: result,
            [
                zoneless("the \(name)", gives: .integer),
                Overload(
                    [.instant, .zone],
                    gives: .integer,
                    make: { (call) throws(Diagnostic) in
                        let time = LocalTime(zone: try call.zone(1))
                        return .integer { arguments in
                            let local = time.local(arguments.integer(0))
                            return part(local - LocalTime.floor(local, by: LocalTime.day) * LocalTime.day)
                        }
                    }
                ),
            ]
        )
    }

    /// A form of which the checker says that it lacks a zone.
    static func zoneless(_ what: String, parameters: [Parameter] = [.instant], gives type: ValueType) -> Overload {
        Overload(parameters, gives: type, make: { (call) throws(Diagnostic) in throw call.lacksZone(what) })
    }
}

extension String {
    fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}
