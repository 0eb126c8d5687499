internal import PluginKit
internal import Pipelines

/// What the time of a run went into, as far as a verdict needs it.
struct RunTimes: Sendable {
    /// A layer that had calls wait.
    struct Wait: Sendable {
        /// Why.
        let cause: Verdict.Cause
        /// What the pipeline calls it; what the service's own limit is called.
        let layer: String
        /// How long, all calls together.
        var seconds: Double
        /// Whether there is a cache outside of it already.
        var hasCacheOutside = false
        /// Whether the server has asked a limiter for pauses, so that its limit is not what the server allows.
        var wasTurnedAway = false
    }

    /// A layer that several stages share, and that had their calls wait.
    struct SharedWait: Sendable {
        /// What it had all of them wait, together.
        var wait: Wait
        /// The stages, by their places.
        var stages: [Int]
    }

    /// A pool round the calls of a stage.
    struct Pool: Sendable {
        /// What the pipeline calls it.
        let layer: String
        /// How many places there are.
        let places: Int
        /// How many there may be, if it finds out itself how many are good.
        var most: Int?
    }

    /// A stage.
    struct Stage: Sendable {
        /// What the pipeline calls it.
        let name: String
        /// Whether it reads, changes or writes.
        let kind: Registry.Kind
        /// Whether pages go through it one after the other.
        var isOrdered = false
        /// Whether it names its pages in advance.
        var namesPages = false
        /// Whether a cache could keep what it reads.
        var isCacheable = false
        /// How long its own calls took together, in seconds, without what layers had them wait.
        var own = 0.0
        /// How much of that it waited for a server.
        var server = 0.0
        /// What layers had its calls wait for.
        var waits: [Wait] = []
        /// How long layers had its calls wait in all, whichever did, in seconds.
        var heldBack = 0.0
        /// The pools that its calls go through, outermost first.
        var pools: [Pool] = []
        /// How many pages a source was read in.
        var pages = 0
        /// How many records they had together.
        var records = 0
    }

    /// How long the run took, in seconds.
    var total: Double
    /// How many records were read.
    var records = 1
    /// Whether the run came to its end, so that its times are those of a whole run.
    var isDone = true
    /// What it spent that on.
    var phases: [RunPhase: Double]
    /// The stages, as the plan has them.
    var stages: [Stage]
    /// Processor time, in seconds.
    var processor = 0.0
    /// How many processors there are.
    var processors = 1
    /// `workers` under [run].
    var workers = 1
    /// `batch_size` under [run].
    var batchSize = 1000
    /// `checkpoint_every` under [run].
    var checkpointEvery = CheckpointInterval.time(.seconds(5))
    /// Whether whole files are read again at the end.
    var verifiesContent = false

    /// Divides what a shared layer had calls wait among the stages that have it, as much as each was held back.
    ///
    /// The layer knows only how long all of them waited; the stages know how long each waited for all of its layers.
    mutating func divide(_ shared: SharedWait) {
        let weights = shared.stages.map { stage in
            max(0, stages[stage].heldBack - stages[stage].waits.reduce(0) { $0 + $1.seconds })
        }
        let sum = weights.reduce(0, +)
        for (stage, weight) in zip(shared.stages, weights) {
            var wait = shared.wait
            wait.seconds *= sum > 0 ? weight / sum : 1 / Double(shared.stages.count)
            if wait.seconds > 0 { stages[stage].waits.append(wait) }
        }
    }
}

extension Route {
    /// What the run spent its time on, the longest first.
    var phaseTimes: [RunReport.PhaseTime] {
        monitor.phases.filter { $0.value > .zero }
            .map { RunReport.PhaseTime(phase: $0.name, stage: $0.node.map { self[$0].name }, time: $1) }
            .sorted { ($1.time, $0.phase, $0.stage ?? "") < ($0.time, $1.phase, $1.stage ?? "") }
    }

    /// What a verdict is made from.
    ///
    /// - Parameter report: What the run did.
    /// - Returns: The times.
    func times(of report: RunReport) -> RunTimes {
        let listing = monitor.listing
        let counts = monitor.counts
        var shared: [String: RunTimes.SharedWait] = [:]
        let stages = plan.nodes.enumerated().map { index, node in
            var stage = RunTimes.Stage(name: node.name, kind: node.kind)
            switch node.stage {
            case .stateful, .source, .sink: stage.isOrdered = node.kind == .transform
            case .transform, .router: break
            }
            stage.namesPages = listing.contains(index)
            stage.isCacheable = node.isCacheable
            let reading = monitor.meters[index].reading
            if node.kind == .source { (stage.pages, stage.records) = (reading.times.count, counts[index].read) }
            let exchanges = node.http.counts
            stage.server = exchanges.busy.seconds
            // Exchanges lie within the stage's calls, and what layers had them wait is told by the layers.
            let waitedForOthers = (exchanges.waited - exchanges.busy).seconds
            stage.own = max(0, reading.busy.seconds - waitedForOthers)
            stage.heldBack = max(0, (counts[index].busy - reading.busy).seconds) + max(0, waitedForOthers)
            stage.pools = pools(of: node)
            if let limit = exchanges.limit {
                var wait = RunTimes.Wait(cause: .limit, layer: limit, seconds: exchanges.limited.seconds)
                wait.hasCacheOutside = node.layers.measurements.contains { layer in
                    layer.measurements.contains { $0.definition == .cacheMisses }
                }
                stage.waits.append(wait)
            }
            for (wait, isShared) in waits(of: node) {
                if isShared {
                    shared["\(wait.layer) \(wait.cause)", default: .init(wait: wait, stages: [])].stages.append(index)
                } else {
                    stage.waits.append(wait)
                }
            }
            return stage
        }
        let process = monitor.process
        var times = RunTimes(
            total: monitor.duration.seconds,
            records: report.read,
            isDone: report.outcome.isDone,
            phases: monitor.phases.mapValues(\.seconds),
            stages: stages,
            processor: process.userSeconds + process.systemSeconds,
            processors: Processors.count,
            workers: plan.settings.workers ?? Processors.count + 1,
            batchSize: plan.settings.batchSize,
            checkpointEvery: plan.settings.checkpointEvery,
            verifiesContent: plan.settings.verify == .content
        )
        for (_, wait) in shared.sorted(by: { $0.key < $1.key }) { times.divide(wait) }
        return times
    }

    /// What layers had the calls of a stage wait, and whether it is what several stages share.
    private func waits(of node: Plan.Node) -> [(wait: RunTimes.Wait, isShared: Bool)] {
        let layers = node.layers.measurements
        /// Whether what a layer tells is what layers of a kind do.
        func tells(_ definition: MetricDefinition, _ index: Int) -> Bool {
            layers[index].measurements.contains { $0.definition == definition }
        }
        /// A number that a layer tells; 0 if it does not.
        func number(_ definition: MetricDefinition, _ index: Int) -> Double {
            layers[index].measurements.reduce(0) { sum, measurement in
                guard measurement.definition == definition, case .number(let number) = measurement.value else {
                    return sum
                }
                return sum + number
            }
        }
        return layers.indices.flatMap { index in
            layers[index].measurements.compactMap { measurement in
                guard let cause = Verdict.Cause(waitingFor: measurement.definition),
                    case .number(let all) = measurement.value
                else { return nil }
                // Pauses that a server has asked for are told apart from those that a layer makes by itself.
                let seconds = cause == .retry ? all - number(.retryAskedWait, index) : all
                guard seconds > 0 else { return nil }
                var wait = RunTimes.Wait(cause: cause, layer: layers[index].layer, seconds: seconds)
                wait.hasCacheOutside = layers.indices[..<index].contains { tells(.cacheMisses, $0) }
                wait.wasTurnedAway = number(.limiterPauses, index) > 0
                return (wait, measurement.isShared)
            }
        }
    }

    private func pools(of node: Plan.Node) -> [RunTimes.Pool] {
        node.layers.measurements.flatMap { layer, measurements in
            measurements.compactMap { measurement in
                guard measurement.definition == .poolPlaces, case .number(let places) = measurement.value else {
                    return nil
                }
                let settings = plan.layerSettings[layer] ?? [:]
                let isAdaptive = settings["workers"] == "\"adaptive\""
                let most = isAdaptive ? settings["max_workers"].flatMap { Int($0) } : nil
                return RunTimes.Pool(layer: layer, places: Int(places), most: most)
            }
        }
    }
}
