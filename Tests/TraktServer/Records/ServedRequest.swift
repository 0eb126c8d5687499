/// A request that was answered, or that a fault left without an answer.
package struct ServedRequest: Sendable, Hashable {
    /// Its place among all requests, counted from 1.
    package let number: Int
    /// When it came, in milliseconds since 1970-01-01T00:00:00Z of the server's clock.
    package let time: Int64
    /// Which connection it came over, counted from 1.
    package let connection: Int
    /// `GET`, `POST`.
    package let method: String
    /// The path without the query.
    package let path: String
    /// The query without its question mark; nothing secret is ever in it.
    package let query: String
    /// Whether it had a token that holds.
    package let isAuthorised: Bool
    /// Whether it counted against the limit of a window.
    package let counted: Bool
    /// What it was answered with; nil where the connection ended instead.
    package let status: Int?
    /// The fault that it met.
    package let fault: String?

    /// Path and query.
    package var target: String { query.isEmpty ? path : "\(path)?\(query)" }
    /// Whether it was for the API, not for OAuth.
    package var isForAPI: Bool { !path.hasPrefix("/oauth/") }
}

/// A stretch of time in which requests were counted.
package struct LimitWindow: Sendable, Hashable {
    /// `AUTHED_API_GET_LIMIT`, `UNAUTHED_API_GET_LIMIT`, `AUTHED_API_POST_LIMIT`.
    package let name: String
    /// When it began, in milliseconds since 1970-01-01T00:00:00Z of the server's clock.
    package let start: Int64
    /// When it ends.
    package let end: Int64
    /// How many were allowed.
    package let limit: Int
    /// How many were let in.
    package internal(set) var allowed = 0
    /// How many were refused with 429.
    package internal(set) var refused = 0
}
