/// A layer around the calls of a stage, with one method: `handle` answers a call, usually with the answer of `next`.
///
/// A layer does not know what a call is about. Pipelines list layers outermost first. Each decides whether, when and
/// how often to call `next`, which makes the call through the layers inside of it.
public protocol Middleware: Plugin {
    /// The kinds of call that it handles.
    static var wraps: Set<CallKind> { get }

    /// The effect that decides where it belongs among other layers; `sprocket check` warns about an unsuitable order.
    /// Default: nil, any position.
    static var order: LayerOrder? { get }

    /// Whether it needs the identity of an answer and only handles calls that have one, as a cache does. Default: false.
    ///
    /// If no layer of a stage needs it, the engine does not compute it: `Call.identity` is then nil for every call.
    static var needsIdentity: Bool { get }

    /// Creates the layer for one stage.
    ///
    /// - Throws: An invalid option.
    init(_ options: Options, in context: StageContext) throws

    /// The kinds in `wraps` that it handles with its options. Default: all of them.
    var calls: Set<CallKind> { get }

    /// How many simultaneous calls it is made for; nil if it does not matter. Default: nil.
    ///
    /// The engine reads that many pages of a source simultaneously, if the source names them.
    var width: Int? { get }

    /// How many simultaneous calls it currently admits; nil if it sets no limit. Default: nil.
    ///
    /// If more simultaneous calls would make a run faster, the engine asks the layer with the lowest capacity for
    /// advice.
    var capacity: Int? { get }

    /// How the layer could help a run that does not use it, each as a noun: `[.fewerCalls: "a cache"]`. Default: empty.
    ///
    /// Advice names it if a pipeline has no such layer.
    static var remedies: [Remedy: String] { get }

    /// Ends its work outside of calls, after all calls were made. Default: does nothing.
    ///
    /// Each stage has its own layer object, so state that several of them share is finished several times.
    func finish() async

    /// Answers a call, usually with the answer of `next`.
    ///
    /// A call of a kind that is not in `calls` is passed to `next` unchanged, once. A call that is not `isRepeatable`
    /// is passed to `next` at most once. A `CancellationError` is passed on unchanged. `next` may be called from
    /// another task, so that a layer can give up a call that takes too long; it may also be called after the answer was
    /// returned, until `finish` returns.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - next: Makes the call through the layers inside of this one, each time that it is called.
    /// - Returns: The answer.
    /// - Throws: What `next` throws, or the error with which the layer fails the call.
    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output
}

extension Middleware {
    /// The kind of the contract.
    public static var kind: Registry.Kind? { .middleware }
    /// Nil: the layer may have any position.
    public static var order: LayerOrder? { nil }
    /// False: a layer does not need the identity of answers unless it declares that.
    public static var needsIdentity: Bool { false }
    /// All kinds in `wraps`.
    public var calls: Set<CallKind> { Self.wraps }
    /// Nil: the number of simultaneous calls does not matter.
    public var width: Int? { nil }
    /// Nil: the layer sets no limit.
    public var capacity: Int? { nil }
    /// Empty: advice proposes a layer only if it declares how it helps.
    public static var remedies: [Remedy: String] { [:] }
    /// Does nothing: most layers have no work outside the calls.
    public func finish() async {}
}
