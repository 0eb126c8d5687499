extension TimeFormat {
    /// The instant that a text states, in microseconds since 1970-01-01T00:00:00Z; nil if it is not in this format.
    package func microseconds(of text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard let time = time(text), let days = time.days else { return nil }
        let seconds = Int64(days) * 86_400 + Int64((time.hour * 60 + time.minute - time.offset) * 60 + time.second)
        return seconds * 1_000_000 + Int64(time.fraction)
    }

    /// The date that a text states, in days since 1970-01-01; nil if it is not in this format.
    package func days(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
        guard let days = time(text)?.days else { return nil }
        return Int32(truncatingIfNeeded: days)
    }

    /// The parts of a time, each of them in its range.
    private struct Time {
        var year = 0, month = 1, day = 1
        var dayOfYear: Int?
        var hour = 0, minute = 0, second = 0
        /// In microseconds.
        var fraction = 0
        /// Minutes east of UTC.
        var offset = 0

        /// Days since 1970-01-01; nil if the calendar has no such day.
        var days: Int? {
            guard year >= 1 else { return nil }
            if let dayOfYear {
                guard 1...(CivilDate.isLeap(year) ? 366 : 365) ~= dayOfYear else { return nil }
                return CivilDate.days(year: year, month: 1, day: dayOfYear)
            }
            guard 1...12 ~= month, 1...CivilDate.daysIn(month: month, of: year) ~= day else { return nil }
            return CivilDate.days(year: year, month: month, day: day)
        }
    }

    private func time(_ text: UnsafeBufferPointer<UInt8>) -> Time? {
        var time = Time()
        var reader = DigitReader(text: text)
        for index in pieces.indices {
            // A number next to another one has all of its digits.
            let isFixed =
                index + 1 < pieces.count && pieces[index + 1].isNumber || index > 0 && pieces[index - 1].isNumber
            let least = isFixed ? 2 : 1
            switch pieces[index] {
            case .byte(let byte): guard reader.take(byte) else { return nil }
            case .year:
                guard let year = reader.number(digits: 4...4) else { return nil }
                time.year = year
            case .shortYear:
                guard let year = reader.number(digits: 2...2) else { return nil }
                time.year = year < 69 ? 2000 + year : 1900 + year
            case .month:
                guard let month = reader.number(digits: least...2) else { return nil }
                time.month = month
            case .monthName(let isFull):
                guard let month = reader.month(isFull: isFull) else { return nil }
                time.month = month
            case .day:
                guard let day = reader.number(digits: least...2) else { return nil }
                time.day = day
            case .dayOfYear:
                guard let day = reader.number(digits: 3...3) else { return nil }
                time.dayOfYear = day
            case .hour:
                guard let hour = reader.number(digits: least...2), hour < 24 else { return nil }
                time.hour = hour
            case .minute:
                guard let minute = reader.number(digits: least...2), minute < 60 else { return nil }
                time.minute = minute
            case .second:
                guard let second = reader.number(digits: least...2), second <= 60 else { return nil }
                time.second = second
            case .fraction:
                guard let fraction = reader.fraction() else { return nil }
                time.fraction = fraction
            case .offset:
                guard let offset = reader.offset() else { return nil }
                time.offset = offset
            }
        }
        return reader.isAtEnd ? time : nil
    }
}

/// Reads the parts of a time from a text.
private struct DigitReader {
    let text: UnsafeBufferPointer<UInt8>
    var index = 0

    init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

    var isAtEnd: Bool { index == text.count }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard index < text.count, text[index] == byte else { return false }
        index += 1
        return true
    }

    @inline(__always)
    mutating func number(digits: ClosedRange<Int>) -> Int? {
        var number = 0
        let start = index
        while index < text.count, index - start < digits.upperBound, text[index] &- 48 < 10 {
            number = number * 10 + Int(text[index] &- 48)
            index += 1
        }
        return index - start >= digits.lowerBound ? number : nil
    }

    /// Microseconds; nil without a digit, and for a fraction of a microsecond.
    mutating func fraction() -> Int? {
        var microseconds = 0
        var weight = 100_000
        let start = index
        while index < text.count, text[index] &- 48 < 10 {
            let digit = Int(text[index] &- 48)
            guard weight > 0 || digit == 0 else { return nil }
            microseconds += digit * weight
            weight /= 10
            index += 1
        }
        return index > start ? microseconds : nil
    }

    /// Minutes east of UTC.
    mutating func offset() -> Int? {
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
        let isWest = take(UInt8(ascii: "-"))
        guard isWest || take(UInt8(ascii: "+")), let hours = number(digits: 2...2), hours < 24 else { return nil }
        var minutes = 0
        if take(UInt8(ascii: ":")) || (index < text.count && text[index] &- 48 < 10) {
            guard let found = number(digits: 2...2), found < 60 else { return nil }
            minutes = found
        }
        return (isWest ? -1 : 1) * (hours * 60 + minutes)
    }

    /// The number of the month whose English name is here, in any case.
    mutating func month(isFull: Bool) -> Int? {
        for (number, name) in DigitReader.months.enumerated() {
            let count = isFull ? name.utf8CodeUnitCount : 3
            guard text.count - index >= count else { continue }
            var isSame = true
            for offset in 0..<count where text[index + offset] | 0x20 != name.utf8Start[offset] { isSame = false }
            if isSame {
                index += count
                return number + 1
            }
        }
        return nil
    }

    /// In lower case.
    private static let months: [StaticString] = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
}
