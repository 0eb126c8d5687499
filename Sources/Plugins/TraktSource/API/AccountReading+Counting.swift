internal import Formats
internal import PluginKit

/// The number of plays, as Trakt counts them.
extension AccountReading {
    /// The number of plays before an instant, including those at an unknown date, which Trakt dates 1970; nil if this
    /// server does not count.
    ///
    /// It costs one request.
    ///
    /// - Parameter moment: Microseconds since 1970-01-01T00:00:00Z.
    /// - Returns: The number.
    /// - Throws: As `TraktClient.get`.
    func count(below moment: Int64) async throws -> Int? {
        // Trakt counts milliseconds, and includes `end_at`.
        let (last, overflow) = moment.subtractingReportingOverflow(moment % 1000 == 0 ? 1000 : 1)
        guard !overflow, let parts = routes.parts else { return nil }
        let end = [ISO8601.text(ofMicroseconds: last), window.end].compactMap { $0 }.min()
        if let start = window.start, let end, start > end { return 0 }
        var count = 0
        for part in parts {
            var query = [(name: "page", value: "1"), (name: "limit", value: "1")]
            if let start = window.start { query.append(("start_at", start)) }
            if let end { query.append(("end_at", end)) }
            let items = try await client.get(routes.path(of: part), query: query, needsToken: routes.isOwn) {
                TraktPaging($0.headers)?.items
            }
            guard let items else { return nil }
            let (sum, overflow) = count.addingReportingOverflow(items)
            guard !overflow else { return nil }
            count = sum
        }
        return count
    }
}
