/// Instants as text: `2014-09-01T09:10:11.000Z`, the profile of ISO 8601 in RFC 3339.
public enum ISO8601 {
    /// Parses an instant into microseconds since 1970-01-01T00:00:00Z; nil if the bytes are not exactly one.
    ///
    /// Accepted are `YYYY-MM-DD` (midnight in UTC) and `YYYY-MM-DDThh:mm`, the latter with optional `:ss`, an optional
    /// fraction of a second after `.` or `,`, and a required `Z` or offset `+hh:mm`, `+hhmm` or `+hh`. `t`, a space and
    /// `z` may replace `T` and `Z`. A fraction may have any number of digits; those after the sixth must be zeros,
    /// since nothing is rounded. Years are 0001 to 9999, and every part is checked against the calendar. Second 60
    /// counts as the first one of the next minute, as in POSIX, and 24:00:00 as the first one of the next day (ISO
    /// 8601:2004 §4.2.3).
    public static func microseconds(of text: Span<UInt8>) -> Int64? {
        text.withUnsafeBufferPointer { microseconds(of: $0) }
    }

    /// Parses an instant into microseconds since 1970-01-01T00:00:00Z; nil if the bytes are not exactly one.
    ///
    /// The forms are those of the function that takes a span.
    public static func microseconds(of text: UnsafeBufferPointer<UInt8>) -> Int64? {
        switch reading(of: text) {
        case .instant(let microseconds): microseconds
        case .local(let microseconds): text.count == 10 ? microseconds : nil
        case nil: nil
        }
    }

    /// A parsed time.
    public enum Reading: Hashable, Sendable {
        /// An instant, in microseconds since 1970-01-01T00:00:00Z.
        case instant(Int64)
        /// A local time in an unspecified zone, in microseconds from 1970-01-01T00:00:00 local time.
        case local(Int64)
    }

    /// Parses a time; nil if the bytes are not exactly one.
    ///
    /// The forms are those of the function that takes a span, and a time of day needs neither `Z` nor an offset. A date
    /// alone is midnight in an unspecified zone.
    public static func reading(of text: UnsafeBufferPointer<UInt8>) -> Reading? {
        if text.count == 24, let base = text.baseAddress, let usual = usualForm(UnsafeRawPointer(base)) {
            return .instant(usual)
        }
        return anyForm(text)
    }

    /// Appends `YYYY-MM-DDThh:mm:ss.fffZ`, with six digits of a second if three are not enough.
    ///
    /// A year outside 0 to 9999 has a sign and at least six digits, which `microseconds(of:)` does not read.
    ///
    /// - Parameters:
    ///   - microseconds: Microseconds since 1970-01-01T00:00:00Z.
    ///   - bytes: What to append to.
    public static func append(_ microseconds: Int64, to bytes: inout [UInt8]) {
        RawPen.append(to: &bytes, atMost: RawPen.mostOfInstant) { $0.put(instant: microseconds) }
    }

    /// Appends a time of day: milliseconds since midnight, plus microseconds.
    static func append(day: Int, milliseconds: Int, microseconds: Int, to bytes: inout [UInt8]) {
        // Days that do not fit into 32 bits are shown as the nearest one that does.
        CivilDate(daysSince1970: Int32(clamping: day)).append(to: &bytes)
        // On the stack first, `T00:00:00.000Z` and room for three more digits: an append costs more than a digit.
        var time: [17 of UInt8] = [84, 48, 48, 58, 48, 48, 58, 48, 48, 46, 48, 48, 48, 90, 48, 48, 90]
        time.putTwoDigits(milliseconds / 3_600_000, at: 1)
        time.putTwoDigits(milliseconds / 60_000 % 60, at: 4)
        time.putTwoDigits(milliseconds / 1000 % 60, at: 7)
        time[10] = UInt8(truncatingIfNeeded: 48 + milliseconds / 100 % 10)
        time.putTwoDigits(milliseconds % 100, at: 11)
        var count = 14
        if microseconds != 0 {
            time[13] = UInt8(truncatingIfNeeded: 48 + microseconds / 100)
            time.putTwoDigits(microseconds % 100, at: 14)
            count = 17
        }
        time.span.extracting(0..<count).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    static let millisecondsADay = 86_400_000
    /// The length of a day in microseconds.
    public static let microsecondsADay = 86_400_000_000

    // MARK: The usual form

    /// The 24 bytes of `2014-09-01T09:10:11.000Z`, eight at a time; nil for anything else.
    ///
    /// Reads exactly 24 bytes from `text`.
    @inline(__always)
    static func usualForm(_ text: UnsafeRawPointer) -> Int64? {
        // Digits become 0 to 9 and separators 0, if they are what they should be: `yyyy-MM-`, `ddThh:mm`, `:ss.fffZ`.
        let first = UInt64(littleEndian: text.loadUnaligned(as: UInt64.self)) ^ 0x2D30_302D_3030_3030
        let second =
            UInt64(littleEndian: text.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            ^ 0x3030_3A30_3054_3030
        let third =
            UInt64(littleEndian: text.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            ^ 0x5A30_3030_2E30_303A
        // Adding 0x76 takes a byte over 9 into its top bit, adding 0x7F one over 0.
        let wrong =
            (first | (first &+ 0x7F76_767F_7676_7676)) | (second | (second &+ 0x7676_7F76_767F_7676))
            | (third | (third &+ 0x7F76_7676_7F76_767F))
        guard wrong & 0x8080_8080_8080_8080 == 0 else { return nil }
        // Byte k becomes ten times itself plus its neighbour: at most 99, so nothing is carried.
        let date = first &* 10 &+ (first >> 8)
        let time = second &* 10 &+ (second >> 8)
        let fraction = third &* 10 &+ (third >> 8)
        let year = byte(date, at: 0) &* 100 &+ byte(date, at: 2)
        let month = byte(date, at: 5)
        let day = byte(time, at: 0)
        let hour = byte(time, at: 3)
        let minute = byte(time, at: 6)
        let second60 = byte(fraction, at: 1)
        guard year >= 1, month >= 1, month <= 12, day >= 1, day <= CivilDate.daysIn(month: month, of: year),
            hour < 24, minute < 60, second60 <= 60
        else { return nil }
        let days = CivilDate.days(year: year, month: month, day: day)
        let seconds = (hour &* 60 &+ minute) &* 60 &+ second60
        let milliseconds = byte(fraction, at: 4) &* 10 &+ byte(third, at: 6)
        return Int64((days &* 86_400 &+ seconds) &* 1_000_000 &+ milliseconds &* 1000)
    }

    @inline(__always)
    private static func byte(_ word: UInt64, at index: UInt64) -> Int { Int((word >> (index &* 8)) & 0xFF) }

    // MARK: Every form

    private static func anyForm(_ text: UnsafeBufferPointer<UInt8>) -> Reading? {
        var reader = Reader(text: text)
        guard let year = reader.digits(4), reader.take(UInt8(ascii: "-")), let month = reader.digits(2),
            reader.take(UInt8(ascii: "-")), let day = reader.digits(2), year >= 1,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let days = Int64(date.daysSince1970)
        if reader.isAtEnd { return .local(days * Int64(microsecondsADay)) }

        guard reader.take(UInt8(ascii: "T")) || reader.take(UInt8(ascii: "t")) || reader.take(UInt8(ascii: " ")),
            let hour = reader.digits(2), hour <= 24, reader.take(UInt8(ascii: ":")), let minute = reader.digits(2),
            minute < 60
        else { return nil }
        var second = 0
        var fraction = 0
        if reader.take(UInt8(ascii: ":")) {
            guard let found = reader.digits(2), found <= 60 else { return nil }
            second = found
            if reader.take(UInt8(ascii: ".")) || reader.take(UInt8(ascii: ",")) {
                guard let found = reader.fraction() else { return nil }
                fraction = found
            }
        }
        // 24 is not an hour but the end of a day.
        guard hour < 24 || (minute, second, fraction) == (0, 0, 0) else { return nil }
        let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        if reader.isAtEnd { return .local(seconds * 1_000_000 + Int64(fraction)) }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        return .instant((seconds - Int64(offset * 60)) * 1_000_000 + Int64(fraction))
    }

    private struct Reader {
        let text: UnsafeBufferPointer<UInt8>
        var index = 0

        init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

        var isAtEnd: Bool { index == text.count }

        mutating func take(_ byte: UInt8) -> Bool {
            guard index < text.count, text[index] == byte else { return false }
            index += 1
            return true
        }

        mutating func digits(_ count: Int) -> Int? {
            guard text.count - index >= count else { return nil }
            var number = 0
            for _ in 0..<count {
                let digit = text[index] &- 48
                guard digit < 10 else { return nil }
                number = number * 10 + Int(digit)
                index += 1
            }
            return number
        }

        /// The microseconds of a fraction with at least one digit; nil also if there is a fraction of a microsecond.
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
            let sign = take(UInt8(ascii: "+")) ? 1 : take(UInt8(ascii: "-")) ? -1 : 0
            guard sign != 0, let hours = digits(2), hours < 24 else { return nil }
            if isAtEnd { return sign * hours * 60 }
            _ = take(UInt8(ascii: ":"))
            guard let minutes = digits(2), minutes < 60 else { return nil }
            return sign * (hours * 60 + minutes)
        }
    }
}
