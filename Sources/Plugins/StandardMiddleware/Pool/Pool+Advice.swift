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

    /// No larger number is proposed: what a server can handle has to be measured.
    private static let mostProposed = 32

    /// What to try to run more calls at the same time.
    ///
    /// - Parameters:
    ///   - places: The number of places.
    ///   - most: The maximum number of places of an adaptive pool; nil for other pools.
    ///   - layer: The name of the pool in the pipeline.
    /// - Returns: One proposal.
    package static func advice(places: Int, most: Int?, layer: String) -> String {
        let section = "[middleware.\(layer)]"
        guard let most else {
            guard places < mostProposed else {
                let finding = "which finds how many calls at a time the server can handle"
                return "try workers = \"adaptive\" in \(section), \(finding)"
            }
            return "try workers = \(min(mostProposed, places * 2)) in \(section), or workers = \"adaptive\""
        }
        guard places >= most, most < PoolSize.most else {
            return "the server cannot handle more calls at a time than \(section) allows now; only fewer calls help"
        }
        return "try max_workers = \(min(PoolSize.most, most * 2)) in \(section)"
    }
}
