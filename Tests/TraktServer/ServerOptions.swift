internal import Glibc
package import SampleExport

/// How the server behaves, apart from its data.
package struct ServerOptions: Sendable {
    /// Whose rules of paging hold.
    package enum Paging: String, Sendable, CaseIterable {
        /// Since July 2026: 100 items where none are asked for (10 comments or notes), at most 250, on every route.
        case today
        /// Before: 10 plays, no limit; other routes answer with everything unless `page` or `limit` is sent, and watched
        /// and collection always.
        case old
    }

    /// Where `X-Ratelimit` stands.
    package enum LimitHeader: String, Sendable, CaseIterable {
        /// On every answer that counts.
        case always
        /// On refusals alone.
        case refusals
        /// Nowhere: only `Retry-After` tells.
        case never
    }

    /// The port of the API; 0 takes a free one.
    package var port: UInt16 = 0
    /// Whether OAuth has a port of its own, as it has a host of its own at Trakt; then the API's does not have it.
    package var authOnOwnPort = false
    /// The app that is known.
    package var clientID = "test-client"
    /// The app's secret.
    package var clientSecret = "test-secret"
    /// A token of the account's owner that holds from the start.
    package var accessToken = "test-access"
    /// The refresh token that belongs to it.
    package var refreshToken = "test-refresh"
    /// How long tokens hold.
    package var tokenLife: Duration = .seconds(604_800)
    /// How long a device code holds.
    package var codeLife: Duration = .seconds(600)
    /// How often a client may ask whether the user has said yes.
    package var pollInterval: Duration = .seconds(5)
    /// Whether asking more often is answered with 429.
    package var refusesFastPolls = true
    /// The rules of paging.
    package var paging = Paging.today
    /// GETs that are allowed in a window; for clients with a token, and for those without, each.
    package var limit = 1000
    /// The length of a window, which begins with the first request after the last one ended.
    package var period: Duration = .seconds(300)
    /// Where the limit is told.
    package var limitHeader = LimitHeader.always
    /// What every answer of the API takes at least.
    package var latency: Duration = .zero
    /// Whether bodies are packed for clients that take gzip.
    package var compresses = true
    /// Whether bodies go in chunks instead of with a length.
    package var sendsChunks = false
    /// Whether lists have an ETag and answer to one with 304.
    package var hasETags = true
    /// Whether a missing `Content-Type` is answered with 412, as with Trakt's other headers.
    package var demandsContentType = true
    /// Whether complete films are sent to those who did not ask for them, as in spring 2026.
    package var sendsCompleteFilms = false
    /// What is odd about the pages.
    package var oddities = PageOddities()
    /// What goes wrong.
    package var faults: [Fault] = []
    /// What changes while the account is read.
    package var changes: [ScheduledChange] = []
    /// Connections at one time; others are refused with 503.
    package var connections = 256
    /// Milliseconds since 1970-01-01T00:00:00Z, for windows, tokens and codes.
    package var clock: @Sendable () -> Int64 = ServerOptions.systemClock

    /// Polite and undisturbed, with today's rules.
    package init() {}

    /// The machine's own time.
    package static let systemClock: @Sendable () -> Int64 = {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}

/// What Trakt's pages have been seen to do.
package struct PageOddities: Sendable {
    /// Items that are counted and cut into pages, but not shown, so that a page is short or empty: numbers of plays or of
    /// list entries, of titles where an item has no number.
    package var hidden: Set<Int> = []
    /// Items that stand twice in a row, and so on two pages where a page ends between them; each counts twice.
    package var repeated: Set<Int> = []
    /// What `X-Pagination-Item-Count` says more than there are.
    package var excess = 0
    /// What `X-Pagination-Item-Count` says whatever there is.
    package var constantCount: Int?

    /// Nothing odd.
    package init() {}
}

/// A change of the account between two requests.
package struct ScheduledChange: Sendable {
    /// After how many answered requests to matching paths it happens, counted from 1.
    package let request: Int
    /// Which paths count, with `*` for anything; nil counts all of the API.
    package let path: String?
    /// What happens, at a time in milliseconds since 1970-01-01T00:00:00Z.
    package let change: @Sendable (inout TraktAccount, Int64) -> Void

    /// Something that happens after the n-th request.
    package init(
        afterRequest request: Int,
        to path: String? = nil,
        _ change: @escaping @Sendable (inout TraktAccount, Int64) -> Void
    ) {
        self.request = request
        self.path = path
        self.change = change
    }
}
