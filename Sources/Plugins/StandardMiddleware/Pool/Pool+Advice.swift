package import PluginKit

extension Pool {
    package static let remedies: [Remedy: String] = [.concurrency: "a pool with workers = \"adaptive\""]

    package var capacity: Int? { pool.usage.places }

    package var delays: [Delay] {
        [
            Delay(
                "pool",
                kind: .concurrency,
                subject: "a place in the pool '\(context.layer)'",
                stage: context.stage,
                length: pool.usage.waited,
                isShared: isShared
            )
        ]
    }

    package func advice(on workload: Workload) -> String? {
        Self.advice(places: pool.usage.places, most: most, layer: context.layer)
    }

    /// More workers are not proposed as a number: what a server takes has to be found out.
    private static let mostProposed = 32

    /// What to try so that more calls are made at the same time.
    ///
    /// - Parameters:
    ///   - places: How many places there are.
    ///   - most: How many there may be, of a pool that adapts; nil of any other.
    ///   - layer: What the pipeline calls the pool.
    /// - Returns: One thing to try.
    package static func advice(places: Int, most: Int?, layer: String) -> String {
        let section = "[middleware.\(layer)]"
        guard let most else {
            guard places < mostProposed else {
                let finding = "which finds out how many calls at a time the server takes"
                return "try workers = \"adaptive\" in \(section), \(finding)"
            }
            return "try workers = \(min(mostProposed, places * 2)) in \(section), or workers = \"adaptive\""
        }
        guard places >= most, most < PoolSize.most else {
            return "the pool \(section) has found that the server takes no more calls at a time; only fewer calls help"
        }
        return "try max_workers = \(min(PoolSize.most, most * 2)) in \(section)"
    }
}
