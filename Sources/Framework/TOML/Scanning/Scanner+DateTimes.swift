/// A date, a time or both, as scanned.
enum DateTimeToken {
    case offsetDateTime(OffsetDateTime)
    case localDateTime(LocalDateTime)
    case localDate(LocalDate)
    case localTime(LocalTime)
}

extension Scanner {
    /// Whether the next digits begin a date or a time: `dddd-` or `dd:`.
    @inline(__always)
    var isDateOrTime: Bool {
        switch byte(at: offset &+ 2) {
        case UInt8(ascii: ":"):
            return byte.isDigit && byte(at: offset &+ 1).isDigit
        default:
            guard byte(at: offset &+ 4) == UInt8(ascii: "-") else { return false }
            for index in 0..<4 where !byte(at: offset &+ index).isDigit { return false }
            return true
        }
    }

    /// Reads a date, a time or both.
    mutating func scanDateTime() throws(Problem) -> DateTimeToken {
        let start = offset
        if byte(at: offset &+ 2) == UInt8(ascii: ":") {
            let time = try scanTime(from: start)
            guard byte.endsValue else { throw malformedDateTime("time", from: start) }
            return .localTime(time)
        }
        let date = try scanDate(from: start)
        let hasTime: Bool =
            switch byte {
            case UInt8(ascii: "T"), UInt8(ascii: "t"): true
            // A space if a time follows; otherwise it only ends the date.
            case 0x20: byte(at: offset &+ 1).isDigit
            default: false
            }
        guard hasTime else {
            guard byte.endsValue else { throw malformedDateTime("date", from: start) }
            return .localDate(date)
        }
        offset &+= 1
        let time = try scanTime(from: start)
        let local = LocalDateTime(date: date, time: time)
        guard let minutes = try scanOffset(from: start) else {
            guard byte.endsValue else { throw malformedDateTime("date-time", from: start) }
            return .localDateTime(local)
        }
        guard byte.endsValue else { throw malformedDateTime("date-time", from: start) }
        return .offsetDateTime(OffsetDateTime(local: local, offsetInMinutes: minutes))
    }

    private mutating func scanDate(from start: Int) throws(Problem) -> LocalDate {
        let year = try scanField(4, of: "date", from: start)
        try scanSeparator(UInt8(ascii: "-"), of: "date", from: start)
        let monthAt = offset
        let month = try scanField(2, of: "date", from: start)
        try scanSeparator(UInt8(ascii: "-"), of: "date", from: start)
        let dayAt = offset
        let day = try scanField(2, of: "date", from: start)
        guard 1...12 ~= month else { throw outOfRange(month, name: "month", range: 1...12, at: monthAt) }
        let days = LocalDate.days(inMonth: month, ofYear: year)
        guard 1...days ~= day else { throw outOfRange(day, name: "day", range: 1...days, at: dayAt) }
        return LocalDate(checkedYear: year, month: month, day: day)
    }

    private mutating func scanTime(from start: Int) throws(Problem) -> LocalTime {
        let hour = try scanField(2, of: "time", from: start)
        guard hour < 24 else { throw outOfRange(hour, name: "hour", range: 0...23, at: offset - 2) }
        try scanSeparator(UInt8(ascii: ":"), of: "time", from: start)
        let minute = try scanField(2, of: "time", from: start)
        guard minute < 60 else { throw outOfRange(minute, name: "minute", range: 0...59, at: offset - 2) }
        guard byte == UInt8(ascii: ":") else {
            guard version == .v1_1 else {
                throw Problem(
                    .malformedDateTime,
                    message: "a time needs seconds in TOML 1.0",
                    at: start..<max(offset, start + 1),
                    hint: "write hours, minutes and seconds: 07:32:00"
                )
            }
            return LocalTime(checkedHour: hour, minute: minute, second: 0, nanosecond: 0)
        }
        offset &+= 1
        let second = try scanField(2, of: "time", from: start)
        guard second < 60 else {
            var problem = outOfRange(second, name: "second", range: 0...59, at: offset - 2)
            if second == 60 { problem.hint = "a leap second has no place on most clocks, and none here" }
            throw problem
        }
        return LocalTime(
            checkedHour: hour,
            minute: minute,
            second: second,
            nanosecond: try scanFraction(from: start)
        )
    }

    /// Reads `.5` as nanoseconds; digits after the ninth are ignored.
    private mutating func scanFraction(from start: Int) throws(Problem) -> Int {
        guard byte == UInt8(ascii: ".") else { return 0 }
        offset &+= 1
        guard byte.isDigit else { throw malformedDateTime("time", from: start) }
        var nanoseconds = 0
        var unit = 100_000_000
        while byte.isDigit {
            nanoseconds &+= Int(byte &- 0x30) &* unit
            unit /= 10
            offset &+= 1
        }
        return nanoseconds
    }

    /// Reads `Z` or `+01:30` as minutes east of UTC; nil if there is neither.
    private mutating func scanOffset(from start: Int) throws(Problem) -> Int? {
        switch byte {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"):
            offset &+= 1
            return 0
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            let isWest = byte == UInt8(ascii: "-")
            offset &+= 1
            let hours = try scanField(2, of: "date-time", from: start)
            guard hours < 24 else { throw outOfRange(hours, name: "hour of the offset", range: 0...23, at: offset - 2) }
            try scanSeparator(UInt8(ascii: ":"), of: "date-time", from: start)
            let minutes = try scanField(2, of: "date-time", from: start)
            guard minutes < 60 else {
                throw outOfRange(minutes, name: "minute of the offset", range: 0...59, at: offset - 2)
            }
            return (hours * 60 + minutes) * (isWest ? -1 : 1)
        default:
            return nil
        }
    }

    private mutating func scanField(_ digits: Int, of kind: String, from start: Int) throws(Problem) -> Int {
        var value = 0
        for _ in 0..<digits {
            guard byte.isDigit else { throw malformedDateTime(kind, from: start) }
            value = value &* 10 &+ Int(byte &- 0x30)
            offset &+= 1
        }
        return value
    }

    private mutating func scanSeparator(_ separator: UInt8, of kind: String, from start: Int) throws(Problem) {
        guard byte == separator else { throw malformedDateTime(kind, from: start) }
        offset &+= 1
    }

    private func outOfRange(_ value: Int, name: String, range: ClosedRange<Int>, at offset: Int) -> Problem {
        Problem(
            .dateTimeRange,
            message: "there is no \(name) \(value): \(range.lowerBound)...\(range.upperBound)",
            at: offset..<self.offset
        )
    }

    private func malformedDateTime(_ kind: String, from start: Int) -> Problem {
        let offsets = start..<endOfWord(from: start)
        let form =
            switch kind {
            case "date": "2025-12-18"
            case "time": version == .v1_1 ? "07:32 or 07:32:00.5" : "07:32:00 or 07:32:00.5"
            default: "2025-12-18T07:32:00Z, 2025-12-18T07:32:00+01:00 or 2025-12-18T07:32:00"
            }
        return Problem(
            .malformedDateTime,
            message: "\(abbreviated(offsets)) is not a valid \(kind)",
            at: offsets,
            hint: "a \(kind) is written \(form)"
        )
    }
}
