/// The identity of an answer and its form in a cache.
///
/// An object, since it is handed on with each call, and a copy of all that it has would take longer than a look into a cache.
public final class CacheIdentity<Output: Sendable>: Sendable {
    /// What the answer is the answer to; equal keys have equal answers.
    public let key: CacheKey
    /// Who is asked, for people: the name of a plugin or of a server.
    public let subject: String
    /// Whether an answer may be kept, and how long.
    public let keeping: @Sendable (Output) -> Cacheability
    /// Turns an answer into bytes.
    public let encode: @Sendable (Output) -> [UInt8]
    /// Turns bytes back into the answer.
    public let decode: @Sendable ([UInt8]) throws -> Output

    /// An identity and a form.
    ///
    /// - Parameters:
    ///   - key: What the answer is the answer to.
    ///   - subject: Who is asked, for people: the name of a plugin or of a server.
    ///   - keeping: Whether an answer may be kept, and how long; by default as the pipeline says.
    ///   - encode: Turns an answer into bytes.
    ///   - decode: Turns bytes back into the answer.
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

/// Whether an answer may be kept, and how long.
public enum Cacheability: Sendable, Hashable {
    /// It must not be kept, such as one that was meant for one reader.
    case no
    /// As long as the pipeline says.
    case asConfigured
    /// As long as the pipeline says, and not given behind that while a new one is fetched.
    case asConfiguredStrictly
    /// As long as the pipeline says, and no longer than this, nor given behind that while a new one is fetched.
    ///
    /// Zero: it may be kept, and each time has to be asked about.
    case atMost(Duration)
}
