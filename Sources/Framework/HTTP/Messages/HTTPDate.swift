internal import Formats

/// Times in header fields (RFC 9110 §5.6.7).
public enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Parses a time in any of the three forms, into seconds since 1970-01-01T00:00:00Z; nil if the text is not a time.
    ///
    ///     Sun, 06 Nov 1994 08:49:37 GMT
    ///     Sunday, 06-Nov-94 08:49:37 GMT
    ///     Sun Nov  6 08:49:37 1994
    ///
    /// The day of the week is ignored. A year of two digits is the matching one nearest to 2026.
    public static func seconds(of text: String) -> Int? {
        let parts = text.split { $0 == " " || $0 == "-" || $0 == "," }.map(String.init)
        guard parts.count == 6 || parts.count == 5 else { return nil }
        let (day, month, year, time) =
            parts.count == 6 ? (parts[1], parts[2], parts[3], parts[4]) : (parts[2], parts[1], parts[4], parts[3])
        guard parts.count == 5 || parts[5] == "GMT" || parts[5] == "UTC",
            let month = months.firstIndex(of: month), let day = number(day), let year = number(year)
        else { return nil }
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { number(String($0)) }
        guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2], hour < 24,
            minute < 60,
            second <= 60,
            let date = CivilDate(year: year < 100 ? year + (year < 76 ? 2000 : 1900) : year, month: month + 1, day: day)
        else { return nil }
        return Int(date.daysSince1970) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// A time in the form that is sent today: `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// - Parameter seconds: Seconds since 1970-01-01T00:00:00Z; limited to the years up to 9999.
    /// - Returns: The text.
    public static func text(of seconds: Int64) -> String {
        let seconds = Int(min(max(seconds, 0), 253_402_300_799))
        let (days, time) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let date = CivilDate(daysSince1970: Int32(days))
        let pad = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let clock = [time / 3600, time / 60 % 60, time % 60].map(pad).joined(separator: ":")
        return "\(weekdays[(days + 4) % 7]), \(pad(date.day)) \(months[date.month - 1]) \(date.year) \(clock) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// A number of at most four digits; nil for anything else, including a sign.
    private static func number(_ text: String) -> Int? {
        1...4 ~= text.utf8.count && text.utf8.allSatisfy { 48...57 ~= $0 } ? Int(text) : nil
    }
}
