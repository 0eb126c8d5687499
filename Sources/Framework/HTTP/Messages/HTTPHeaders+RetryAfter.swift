internal import Glibc

extension HTTPHeaders {
    /// How long the server asks to be left alone (`Retry-After`, RFC 9110 §10.2.3); nil if it does not say, or not readably.
    ///
    /// Seconds may have a fraction. A time of day, in any of the three forms of HTTP, counts from the server's own clock
    /// (`Date`) where it shows one, so that it does not matter whether this machine's clock is right. What is over or
    /// below nothing is zero, and nothing is longer than a hundred years.
    ///
    /// - Parameter now: This machine's time, in seconds since 1970-01-01T00:00:00Z; nil to look at its clock.
    /// - Returns: The pause.
    public func retryAfter(at now: Int64? = nil) -> Duration? {
        guard let text = self["Retry-After"] else { return nil }
        if let seconds = Self.seconds(text) { return seconds }
        guard let end = HTTPDate.seconds(of: text) else { return nil }
        return Self.bounded(.seconds(Int64(end) - (serverTime ?? now ?? Int64(time(nil)))))
    }

    /// What the server's clock shows (`Date`), in seconds since 1970-01-01T00:00:00Z; nil if it does not say.
    package var serverTime: Int64? { self["Date"].flatMap(HTTPDate.seconds(of:)).map(Int64.init) }

    /// A pause that can be added to any time of a clock.
    package static func bounded(_ pause: Duration) -> Duration { min(max(pause, .zero), longestPause) }

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
        // What has more digits than a number can hold is longer than any pause.
        guard let seconds = Int64(whole), seconds < longestPause.components.seconds else { return longestPause }
        let fraction = parts.count == 2 ? Int64(parts[1].prefix(6).padded(to: 6)) ?? 0 : 0
        return .seconds(seconds) + .microseconds(fraction)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }
}

extension Substring {
    /// The digits with zeros after them.
    fileprivate func padded(to length: Int) -> String {
        String(self) + String(repeating: "0", count: Swift.max(0, length - utf8.count))
    }
}
