import PluginKit
import PluginTestKit

@testable import Runs
@testable import StandardCache
@testable import StandardMiddleware

/// The house's own layers round the calls of made-up runs: what they say of waits, and their advice.
enum HouseLayers {
    /// What the house's layers may do for runs without them.
    static let remedies = Pool.remedies.merging(Cache.remedies) { first, _ in first }

    private static func context(_ layer: String, _ stage: String) -> StageContext {
        let run = RunIdentity(pipeline: "p", id: "r", date: "2026-01-02", time: "030405")
        return StageContext(stage: stage, run: run, layer: layer)
    }

    private static func wait(
        _ layer: any Middleware,
        _ cause: String,
        _ name: String,
        _ seconds: Double,
        hasReuseOutside: Bool = false
    ) -> RunTimes.Wait {
        guard let delay = layer.delays.first(where: { $0.cause == cause }) else {
            preconditionFailure("the layer has no delay '\(cause)'")
        }
        return RunTimes.Wait(
            delay: delay,
            layer: name,
            seconds: seconds,
            hasReuseOutside: hasReuseOutside,
            adviser: layer.advice(on:)
        )
    }

    /// A limiter that had calls wait.
    static func limiter(
        _ seconds: Double,
        stage: String = "plays",
        hasReuseOutside: Bool = false,
        wasTurnedAway: Bool = false
    ) -> RunTimes.Wait {
        guard let options = try? Bench().options(RateLimit.Options.self, from: "requests = 5"),
            let limiter = try? RateLimit(options, in: context("quota", stage))
        else {
            preconditionFailure("a limiter of five requests can be made")
        }
        if wasTurnedAway { limiter.counts.withLock { $0.penalties = 1 } }
        return wait(limiter, "limiter", "quota", seconds, hasReuseOutside: hasReuseOutside)
    }

    /// Pauses of a layer that makes calls again: those that it drew (`retry`), or those that a server asked for (`pause`).
    static func pauses(_ cause: String, _ seconds: Double) -> RunTimes.Wait {
        wait(Retry(Retry.Options(), in: context("patience", "plays")), cause, "patience", seconds)
    }

    /// An open breaker.
    static func breaker(_ seconds: Double, stage: String) -> RunTimes.Wait {
        wait(Breaker(Breaker.Options(), in: context("outage", stage)), "breaker", "outage", seconds)
    }

    /// A pool without a free place.
    static func pool(_ seconds: Double, stage: String = "plays", places: Int, most: Int? = nil) -> RunTimes.Wait {
        var wait = wait(Pool(Pool.Options(), in: context("places", stage)), "pool", "places", seconds)
        wait.adviser = gateway(places: places, most: most).adviser
        return wait
    }

    /// A pool that has places free.
    static func gateway(places: Int, most: Int? = nil) -> RunTimes.Gateway {
        RunTimes.Gateway(capacity: places) { _ in Pool.advice(places: places, most: most, layer: "places") }
    }
}
