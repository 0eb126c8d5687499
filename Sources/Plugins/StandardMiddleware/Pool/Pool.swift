internal import Glibc
package import PluginKit

/// Limits how many calls run at the same time.
package struct Pool: Middleware {
    package static let name = "pool"
    package static let summary =
        "Limits how many calls run at the same time, to a number or to what the server can handle."
    package static let details = """
        A call waits for a place in the pool, keeps it until it is answered or has failed, and passes it to the call \
        that has waited longest. If a source names its pages in advance, as many of them are read in parallel as there \
        are places.

        With `workers = "adaptive"` the pool begins with one place and finds the best number. About once in the \
        duration of a call it checks whether all places were in use, whether calls took longer than before, and \
        whether calls failed transiently (refused by the server, timeouts). If all places were in use and nothing was \
        wrong, it adds one place; if something was wrong, it removes a tenth of them. A number of places at which \
        calls failed is tried again only after 20 skipped increases, and less often each time it fails again. The pool \
        has to see each attempt separately: put it inside of `retry`, and outside of `timeout`, since a call that \
        hangs stops the growth.

        A call inside of another one through the same pool (an HTTP request for a page) uses the place of the outer \
        one.

        With `key`, calls that have the same key run one after the other, in order, and in parallel with others: \
        `key = "host"` makes one request at a time to each server.

        `queue` sets how many calls may wait before the pool counts as full. By default a further call still waits, \
        and so do the stages that wait for it: a run never has more calls in progress than it has pages and batches. \
        With `full = "fail"` it fails immediately with a transient failure, for `retry` to repeat it later.

        A call that fails or is cancelled gives its place back. At the end of a run, calls in progress may take as \
        long as `drain` to finish.

        The report shows how many places there were, how many were in use at most and on average, how many calls \
        waited at most, and how long all of them waited together.
        """
    package static let example: String? = """
        [middleware.workers]
        use = "pool"
        workers = "adaptive"
        max_workers = 50
        """
    package static let wraps = Set(CallKind.allCases)
    package static let order: LayerOrder? = .admit

    /// What shares the places.
    package enum Sharing: String, CaseIterable, OptionValue {
        /// Each stage has its own places.
        case stage
        /// All stages with the layer share the places.
        case layer
    }

    package struct Options: OptionGroup {
        @Option("The number of places. Default: the number of processors.")
        package var workers: PoolSize?

        @Option("The maximum number of places with `workers = \"adaptive\"`.", in: 1...PoolSize.most)
        package var maxWorkers = 200

        @Option("How many calls may wait before the pool counts as full.", in: 0...1_000_000)
        package var queue = 1000

        @Option("What happens to a call when the pool is full.")
        package var full = WorkerPool.Overflow.wait

        @Option("Which calls run one after the other. Default: all may run in parallel.")
        package var key: PoolKey?

        @Option("How long to wait at the end of a run for calls in progress.", in: .zero ... .seconds(86_400))
        package var drain = Duration.seconds(5)

        @Option("Whether each stage has its own places, or all stages with this layer share them.")
        package var per = Sharing.stage

        @Option(
            """
            The kinds of call that need a place. Default: the HTTP requests of a stage that makes any; otherwise \
            all.
            """
        )
        package var calls: [CallKind]?

        package init() {}
    }

    package let calls: Set<CallKind>
    let pool: WorkerPool
    private let key: PoolKey?
    private let drain: Duration
    private let holding: CallsUnderway.Holding
    /// Whether one wrapped call can run inside of another.
    private let nests: Bool
    let context: StageContext
    let isShared: Bool
    /// The maximum number of places of an adaptive pool; nil for other pools.
    let most: Int?

    package init(_ options: Options, in context: StageContext) {
        isShared = options.per == .layer
        most = options.workers == .adaptive ? options.maxWorkers : nil
        let make = {
            WorkerPool(
                options.workers ?? .fixed(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
                most: options.maxWorkers,
                queue: options.queue,
                overflow: options.full,
                time: context.time
            )
        }
        pool =
            switch options.per {
            case .stage: make()
            // Shared within one run only: the options of another run may differ.
            case .layer: context.shared.object("pool \(context.layer) \(context.run.id)", make: make)
            }
        calls = context.kinds(options.calls)
        nests = calls.contains(.exchange) && calls.count > 1
        key = options.key
        drain = options.drain
        holding = CallsUnderway.Holding(ObjectIdentifier(pool))
        self.context = context
    }

    package var width: Int? { pool.width }

    package var measurements: [Measurement] { pool.usage.measurements(isShared: isShared) }

    package func finish() async {
        let left = await pool.drain(within: drain)
        guard left > 0 else { return }
        context.log.say(
            Diagnostic(
                "pool.drain",
                message: "calls were still in progress \(drain.words) after the end of the run: \(left)",
                at: .stage(context.stage, at: nil),
                hint: "a 'timeout' inside of the pool gives up calls that hang",
                severity: .warning
            )
        )
    }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard calls.contains(call.kind), !nests || !CallsUnderway.hold(pool) else { return try await next(call) }
        let place = try await pool.enter(key: key?.text(of: call))
        do {
            let output =
                nests && call.kind != .exchange
                ? try await CallsUnderway.holding(holding) { try await next(call) }
                : try await next(call)
            leave(place, error: nil)
            return output
        } catch {
            leave(place, error: error)
            throw error
        }
    }

    private func leave(_ place: WorkerPool.Place, error: (any Error)?) {
        switch error.map(StageFailure.init) {
        case nil: pool.leave(place, outcome: .answered)
        case .transient??: pool.leave(place, outcome: .overloaded)
        default: pool.leave(place, outcome: .undecided)
        }
    }
}
