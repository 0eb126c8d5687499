internal import Glibc
package import PluginKit

/// Lets so many calls be made at the same time.
package struct Pool: Middleware {
    package static let name = "pool"
    package static let summary = "Lets so many calls be made at the same time, or as many as the other side can take."
    package static let details = """
        A call waits for a place, keeps it until it is answered or has failed, and hands it on to the one that has waited \
        longest. A source that names its pages in advance has as many of them read at once as there are places.

        With `workers = "adaptive"` it begins with one place and finds out how many are good. About once in the time that \
        a call takes, it looks whether all places were in use, whether calls took longer than before, and whether the \
        other side turned some away (failures that may pass, limits of time). If all were in use and nothing was wrong, \
        there is one place more; if something was, a tenth fewer. A number of places at which a call was turned away is tried \
        again only after 20 increases were left out, and more rarely each time that it is refused again. So it must see \
        each attempt by itself: put it inside of `retry`, and outside of `timeout`, since a call that hangs holds up growth.

        A call inside of another through the same pool (an HTTP request for a page) uses the place of the outer one.

        With `key`, calls that have something in common are made one after the other, in their order, and others beside \
        them: `key = "host"` has one request at a time for each server.

        `queue` says with how many calls that wait the pool is full. A call that comes then waits all the same, and so do \
        the stages behind it: the run never has more on their way than it has pages and batches. With `full = "fail"` it \
        fails at once as something that may pass, for `retry` to make it again later.

        A call that fails or is stopped gives its place back. At the end of a run, calls that are still under way are \
        waited for as long as `drain` says.

        The report shows how many places there were and were in use, at most and on average, how many calls waited at \
        most, and how long all together.
        """
    package static let example: String? = """
        [middleware.workers]
        use = "pool"
        workers = "adaptive"
        max_workers = 50
        """
    package static let wraps = Set(CallKind.allCases)
    package static let order: LayerOrder? = .admit

    /// Who shares the places.
    package enum Sharing: String, CaseIterable, OptionValue {
        /// Each stage has its own.
        case stage
        /// All stages with the layer have them together.
        case layer
    }

    package struct Options: OptionGroup {
        @Option("How many places there are. Default: as many as processors.")
        package var workers: PoolSize?

        @Option("How many places there may be, if it adapts.", in: 1...PoolSize.most)
        package var maxWorkers = 200

        @Option("With how many calls that wait it is full.", in: 0...1_000_000)
        package var queue = 1000

        @Option("What becomes of a call that finds it full.")
        package var full = WorkerPool.Overflow.wait

        @Option("Which calls are made one after the other. Default: none because of what they are about.")
        package var key: PoolKey?

        @Option("How long calls that are under way at the end of a run are waited for.", in: .zero ... .seconds(86_400))
        package var drain = Duration.seconds(5)

        @Option("Whether each stage has places of its own, or all with this layer have them together.")
        package var per = Sharing.stage

        @Option("The kinds of call that need a place. Default: the HTTP requests of a stage that makes such; else all.")
        package var calls: [CallKind]?

        package init() {}
    }

    package let calls: Set<CallKind>
    let pool: WorkerPool
    private let key: PoolKey?
    private let drain: Duration
    private let holding: CallsUnderway.Holding
    /// Whether calls that it wraps can be made from inside of others.
    private let nests: Bool
    let context: StageContext
    let isShared: Bool
    /// How many places there may be, if it adapts; nil if it does not.
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
            // Of one run: another one's numbers may be others.
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

    package var figures: [Figure] { pool.usage.figures(isShared: isShared) }

    package func finish() async {
        let left = await pool.drain(within: drain)
        guard left > 0 else { return }
        context.log.say(
            Diagnostic(
                "pool.drain",
                message: "calls were still under way \(drain.words) after the end of the run: \(left)",
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
        case .transient??: pool.leave(place, outcome: .turnedAway)
        default: pool.leave(place, outcome: .undecided)
        }
    }
}
