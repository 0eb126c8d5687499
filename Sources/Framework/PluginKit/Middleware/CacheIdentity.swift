/// The identity of an answer, and how to store it in a cache.
///
/// A class, because it is passed along with each call, and copying all of its properties would cost more than a cache
/// lookup.
public final class CacheIdentity<Output: Sendable>: Sendable {
    /// Identifies the question; equal keys have equal answers.
    public let key: CacheKey
    /// Who is asked, for messages: the name of a plugin or of a server.
    public let subject: String
    /// Whether an answer may be cached, and for how long.
    public let keeping: @Sendable (Output) -> Cacheability
    /// Encodes an answer.
    public let encode: @Sendable (Output) -> [UInt8]
    /// Decodes an answer.
    public let decode: @Sendable ([UInt8]) throws -> Output

    /// Creates an identity from its parts.
    ///
    /// - Parameters:
    ///   - key: Identifies the question.
    ///   - subject: Who is asked, for messages: the name of a plugin or of a server.
    ///   - keeping: Whether an answer may be cached, and for how long. Default: as the pipeline configures.
    ///   - encode: Encodes an answer.
    ///   - decode: Decodes an answer.
    public init(
        key: CacheKey,
        subject: String,
        keeping: @escaping @Sendable (Output) -> Cacheability = { _ in .asConfigured },
        encode: @escaping @Sendable (Output) -> [UInt8],
        decode: @escaping @Sendable ([UInt8]) throws -> Output
    ) {
        self.key = key
        self.subject = subject
        self.keeping = keeping
        self.encode = encode
        self.decode = decode
    }
}

/// Whether an answer may be cached, and for how long.
public enum Cacheability: Sendable, Hashable {
    /// It must not be cached.
    case no
    /// As long as the pipeline configures.
    case asConfigured
    /// As long as the pipeline configures; never served stale while a new answer is fetched.
    case asConfiguredStrictly
    /// As long as the pipeline configures but at most this long; never served stale while a new answer is fetched.
    ///
    /// Zero: it may be cached, and each use has to revalidate it.
    case atMost(Duration)
}
