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
        there is one place more; if something was, a tenth fewer, and the next 20 increases are left out. So it must see \
        each attempt by itself: put it inside of `retry`.

        A call inside of another through the same pool (an HTTP request for a page) uses the place of the outer one.

        Calls that wait are not turned away, however many there are: the run itself never has more on their way than it \
        has pages and batches. `queue` says with how many the pool counts as full; how often it was stands in the report.
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

        @Option("How many places there may be, if it adapts.", in: 1...10_000)
        package var maxWorkers = 200

        @Option("With how many calls that wait it counts as full; more wait all the same.", in: 0...1_000_000)
        package var queue = 1000

        @Option("Whether each stage has places of its own, or all with this layer have them together.")
        package var per = Sharing.stage

        package init() {}
    }

    private let pool: WorkerPool

    package init(_ options: Options, in context: StageContext) {
        let make = {
            WorkerPool(
                options.workers ?? .fixed(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
                most: options.maxWorkers,
                queue: options.queue,
                time: context.time
            )
        }
        pool =
            switch options.per {
            case .stage: make()
            case .layer: context.shared.object("pool \(context.layer)", make)
            }
    }

    package var width: Int? { pool.width }

    package var figures: [Figure] { pool.usage.figures }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard !CallsUnderway.hold(pool) else { return try await next(call) }
        let entered = try await pool.enter()
        do {
            let output = try await CallsUnderway.holding(pool) { try await next(call) }
            pool.leave(entered, .answered)
            return output
        } catch StageFailure.transient(let diagnostic, let retryAfter) {
            pool.leave(entered, .turnedAway)
            throw StageFailure.transient(diagnostic, retryAfter: retryAfter)
        } catch {
            pool.leave(entered, .undecided)
            throw error
        }
    }
}
