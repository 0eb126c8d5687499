internal import Glibc

extension HTTPHeaders {
    /// How long the server asks clients to wait (`Retry-After`, RFC 9110 §10.2.3); nil if it is missing or invalid.
    ///
    /// Seconds may have a fraction. A time of day, in any of the three forms of HTTP, is compared with the server's own
    /// clock (`Date`) if the response has it, so a wrong local clock does not matter. A time in the past or a negative
    /// number is zero, and the result is at most a hundred years.
    ///
    /// - Parameter now: The local time, in seconds since 1970-01-01T00:00:00Z; nil to read the clock.
    /// - Returns: The pause.
    public func retryAfter(at now: Int64? = nil) -> Duration? {
        guard let text = self["Retry-After"] else { return nil }
        if let seconds = Self.seconds(text) { return seconds }
        guard let end = HTTPDate.seconds(of: text) else { return nil }
        return Self.bounded(.seconds(Int64(end) - (serverTime ?? now ?? SystemClock.seconds)))
    }

    /// The server's time (`Date`), in seconds since 1970-01-01T00:00:00Z; nil if it is missing.
    public var serverTime: Int64? { self["Date"].flatMap(HTTPDate.seconds(of:)).map(Int64.init) }

    /// A pause limited so that it can be added to any time of a clock.
    public static func bounded(_ pause: Duration) -> Duration { min(max(pause, .zero), longestPause) }

    /// A hundred years.
    private static let longestPause = Duration.seconds(100 * 365 * 86_400)

    /// A number of seconds with or without a sign and a fraction; nil for anything else.
    private static func seconds(_ text: String) -> Duration? {
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let number = isNegative || text.utf8.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, whole.utf8.allSatisfy(isDigit),
            parts.count == 1 || (!parts[1].isEmpty && parts[1].utf8.allSatisfy(isDigit))
        else { return nil }
        guard !isNegative else { return .zero }
        // A number with too many digits is longer than any pause.
        guard let seconds = Int64(whole), seconds < longestPause.wholeSeconds else { return longestPause }
        let fraction = parts.count == 2 ? Int64(parts[1].prefix(6).padded(to: 6)) ?? 0 : 0
        return .seconds(seconds) + .microseconds(fraction)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }
}

extension Substring {
    /// The digits padded with zeros on the right.
    fileprivate func padded(to length: Int) -> String {
        String(self) + String(repeating: "0", count: Swift.max(0, length - utf8.count))
    }
}
