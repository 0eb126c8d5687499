/// A layer around the calls of a stage, with one method: `handle` answers a call, as a rule with the answer of `next`.
///
/// It does not know what a call is about. Layers are written down outermost first, and each decides whether, when and
/// how often to call `next`, which makes the call through the layers inside of it.
public protocol Middleware: Plugin {
    /// The kinds of call that it has something to do for.
    static var wraps: Set<CallKind> { get }

    /// What it does that matters for where it stands among others: `sprocket check` warns where it should not. Default:
    /// nothing.
    static var order: LayerOrder? { get }

    /// Whether it uses what identifies an answer, and has nothing to do for a call without; for the other layers,
    /// `Call.memo` may be nil although there is something. Default: no.
    static var usesMemos: Bool { get }

    /// Makes the layer for one stage.
    ///
    /// - Throws: what is wrong with the options.
    init(_ options: Options, in context: StageContext) throws

    /// Those of the kinds in `wraps` that it wraps as it was made. Default: all of them.
    var calls: Set<CallKind> { get }

    /// How many calls at the same time it is made for; nil if it does not matter. Default: nil.
    ///
    /// The engine reads that many pages of a source at once, if the source names them.
    var width: Int? { get }

    /// How many calls it lets in at the same time as things are; nil if it sets no bound. Default: nil.
    ///
    /// Where more calls at the same time would help a run, the engine asks the layer with the lowest for advice.
    var capacity: Int? { get }

    /// What it does that may help a run without it, each as a noun: `[.fewerCalls: "a cache"]`. Default: nothing.
    ///
    /// Advice names it where a pipeline has no such layer.
    static var remedies: [Remedy: String] { get }

    /// Brings to an end what it does beside the calls, when all calls are made. Default: nothing.
    ///
    /// Each stage has a layer of its own, so what several share is ended several times.
    func finish() async

    /// Answers a call, as a rule with the answer of `next`.
    ///
    /// A call of a kind that is not in `calls` is handed to `next` as it is, once; one that is not `isRepeatable` reaches
    /// `next` once at most. A `CancellationError` is passed on as it
    /// is. `next` may be called from another task, so that a layer can give up a call that takes too long, and after the
    /// answer was given, until `finish` returns.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - next: Makes the call through the layers inside of this one, each time that it is called.
    /// - Returns: The answer.
    /// - Throws: What `next` throws, or what the layer fails the call with.
    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output
}

extension Middleware {
    /// The contract's kind.
    public static var kind: Registry.Kind? { .middleware }
    /// It may stand anywhere.
    public static var order: LayerOrder? { nil }
    /// False: a layer does not need the identity of answers unless it declares that.
    public static var usesMemos: Bool { false }
    /// All that it can wrap.
    public var calls: Set<CallKind> { Self.wraps }
    /// It does not matter.
    public var width: Int? { nil }
    /// It sets no bound.
    public var capacity: Int? { nil }
    /// Empty: a layer is proposed by the advice of others only if it declares what it helps with.
    public static var remedies: [Remedy: String] { [:] }
    /// Does nothing: most layers have no work outside the calls.
    public func finish() async {}
}
