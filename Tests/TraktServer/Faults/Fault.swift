/// Something that goes wrong, and with which requests.
///
///     Fault(.status(502), of: .share(0.02, seed: 7), once: true)
///     Fault(.stallInBody, to: "/sync/history/*", of: .request(3))
package struct Fault: Sendable, Hashable {
    /// What goes wrong.
    package enum Kind: Sendable, Hashable {
        /// Another status, with the headers and the body that belong to it; 502 to 504 and 52x come as HTML of the network.
        case status(Int)
        /// 429 with `Retry-After` (seconds) and `X-Ratelimit`, or without either.
        case tooMany(retryAfter: Int?, saysLimit: Bool)
        /// The connection is reset instead of an answer.
        case reset
        /// The connection is reset in the middle of the body.
        case resetInBody
        /// The connection ends in good order, but before the body has its length.
        case truncated
        /// The connection ends in good order, but before the last chunk.
        case truncatedChunks
        /// No answer ever comes.
        case stall
        /// The body stops in the middle, and the connection stays.
        case stallInBody
        /// The body comes piece by piece, so many bytes a second.
        case drip(bytesPerSecond: Int)
        /// The body ends in the middle of the JSON, with a length that says so.
        case malformed
        /// A page of HTML with 200.
        case html
        /// A page of HTML of the network with 403, as for those whom it blocks.
        case blocked
        /// Nothing with 200.
        case empty
        /// A packed body with wrong bytes in the middle.
        case corruptGzip
        /// A packed body that ends in the middle, with a length that says so.
        case truncatedGzip
        /// The headers of paging are missing.
        case noPaging
        /// `X-Ratelimit` is missing.
        case noLimit
        /// The token dies, and the answer is 401; so is every other until it is renewed.
        case expiredToken
    }

    /// Which of the matching requests.
    package enum Choice: Sendable, Hashable {
        /// All.
        case all
        /// One, by its place among the matching ones, counted from 1.
        case request(Int)
        /// Every k-th of the matching ones.
        case every(Int)
        /// A share of the addresses, 0 to 1; which ones follows from the seed and the address, not from the order in which
        /// they are asked for.
        case share(Double, seed: UInt64)
    }

    /// What goes wrong.
    package let kind: Kind
    /// Which paths match, with `*` for anything; nil matches everything of the API.
    package let path: String?
    /// Which of the matching requests.
    package let choice: Choice
    /// Whether an address meets it once only, so that asking again helps.
    package let once: Bool

    /// Something that goes wrong.
    package init(_ kind: Kind, to path: String? = nil, of choice: Choice = .all, once: Bool = false) {
        self.kind = kind
        self.path = path
        self.choice = choice
        self.once = once
    }

    /// Its name: that of the kind, and what belongs to it.
    package var name: String {
        switch kind {
        case .status(let status): "\(status)"
        case .tooMany(let wait, let saysLimit):
            "429" + (wait.map { ":\($0)" } ?? ":none") + (saysLimit ? "" : ":bare")
        case .reset: "reset"
        case .resetInBody: "reset-in-body"
        case .truncated: "truncated"
        case .truncatedChunks: "truncated-chunks"
        case .stall: "stall"
        case .stallInBody: "stall-in-body"
        case .drip(let rate): "drip:\(rate)"
        case .malformed: "malformed"
        case .html: "html"
        case .blocked: "blocked"
        case .empty: "empty"
        case .corruptGzip: "corrupt-gzip"
        case .truncatedGzip: "truncated-gzip"
        case .noPaging: "no-paging"
        case .noLimit: "no-limit"
        case .expiredToken: "expired-token"
        }
    }
}
