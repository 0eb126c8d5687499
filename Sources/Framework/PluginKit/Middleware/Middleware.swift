/// Wraps the calls of a stage: caching them, counting them, repeating them, holding them back.
///
/// It does not know what a call is about. Layers are written down outermost first, and each decides whether, when and
/// how often to call `next`.
public protocol Middleware: Plugin {
    /// The kinds of call that it has something to do for.
    static var wraps: Set<CallKind> { get }

    /// Makes the layer for one stage.
    ///
    /// - Throws: what is wrong with the options.
    init(_ options: Options, in context: StageContext) throws

    /// Answers a call, as a rule with the answer of `next`.
    ///
    /// A `CancellationError` is passed on as it is.
    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: (Call<Input, Output>) async throws -> Output
    ) async throws -> Output
}

/// What a call does.
public enum CallKind: String, Sendable, CaseIterable {
    /// A source reads a page.
    case page
    /// A transform changes a batch.
    case batch
    /// A sink writes a batch.
    case write
    /// One HTTP request and its answer.
    case exchange
}

/// One call of a stage.
public struct Call<Input: Sendable, Output: Sendable>: Sendable {
    /// What it does.
    public let kind: CallKind
    /// The stage that calls.
    public let stage: String
    /// What it is called with.
    public var input: Input
    /// The identity of the answer and its form in a cache; nil if the answer must not be reused.
    public let memo: Memo<Output>?

    /// A call.
    public init(_ kind: CallKind, stage: String, input: Input, memo: Memo<Output>? = nil) {
        self.kind = kind
        self.stage = stage
        self.input = input
        self.memo = memo
    }
}

/// The identity of an answer and its form in a cache.
public struct Memo<Output: Sendable>: Sendable {
    /// What the answer is the answer to; equal keys have equal answers.
    public let key: String
    /// Turns an answer into bytes.
    public let encode: @Sendable (Output) -> [UInt8]
    /// Turns bytes back into the answer.
    public let decode: @Sendable ([UInt8]) throws -> Output

    /// An identity and a form.
    public init(
        key: String,
        encode: @escaping @Sendable (Output) -> [UInt8],
        decode: @escaping @Sendable ([UInt8]) throws -> Output
    ) {
        self.key = key
        self.encode = encode
        self.decode = decode
    }
}
