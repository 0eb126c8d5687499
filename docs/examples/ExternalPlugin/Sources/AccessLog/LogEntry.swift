import PluginKit

/// A line of a log, taken apart.
struct LogEntry {
    let address: String
    /// Microseconds since 1970-01-01T00:00:00Z.
    let at: Int64
    let method: String
    let path: String
    let status: Int64
    /// Nil where the log has a `-`.
    let bytes: Int64?

    /// Nil for a line that is not in the format: `ADDRESS IDENTITY USER [TIME] "REQUEST" STATUS BYTES …`.
    init?(_ line: ArraySlice<UInt8>) {
        guard let text = String(validating: line, as: UTF8.self) else { return nil }
        let quoted = text.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        guard quoted.count == 3 else { return nil }
        let head = quoted[0].split(separator: " ")
        let request = quoted[1].split(separator: " ")
        let tail = quoted[2].split(separator: " ")
        guard head.count == 5, request.count == 3, tail.count >= 2, let status = Int64(tail[0]),
            let at = Self.microseconds(date: head[3], zone: head[4])
        else { return nil }
        address = String(head[0])
        self.at = at
        (method, path) = (String(request[0]), String(request[1]))
        self.status = status
        bytes = Int64(tail[1])
        guard bytes != nil || tail[1] == "-" else { return nil }
    }

    /// The moment of `[10/Oct/2026:13:55:36` and `+0200]`.
    private static func microseconds(date: Substring, zone: Substring) -> Int64? {
        let parts = date.dropFirst().split(separator: ":", maxSplits: 1)
        let days = parts.first?.split(separator: "/") ?? []
        guard date.hasPrefix("["), zone.hasSuffix("]"), parts.count == 2, days.count == 3,
            let month = months.firstIndex(of: days[1])
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return ISO8601.microseconds(of: "\(days[2])-\(number)-\(days[0])T\(parts[1])\(zone.dropLast())".utf8Span.span)
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
