internal import PluginKit

/// What the time of a run went into, as far as a verdict needs it.
struct RunTimes: Sendable {
    /// A layer that had calls wait.
    struct Wait: Sendable {
        /// Why.
        let cause: Verdict.Cause
        /// What the pipeline calls it.
        let layer: String
        /// How long, all calls together.
        let seconds: Double
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
        /// How long its own calls took together, in seconds, without what layers had them wait.
        var own = 0.0
        /// How much of that it waited for a server.
        var server = 0.0
        /// What layers had its calls wait for.
        var waits: [Wait] = []
    }

    /// How long the run took.
    var total: Double
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
    /// Whether whole files are read again at the end.
    var verifiesContent = false
}

extension Route {
    /// What the run spent its time on, the longest first.
    var phaseTimes: [RunReport.PhaseTime] {
        monitor.phases.filter { $0.value > .zero }
            .map { RunReport.PhaseTime(phase: $0.name, stage: $0.node.map { self[$0].name }, time: $1) }
            .sorted { ($1.time, $0.phase, $0.stage ?? "") < ($0.time, $1.phase, $1.stage ?? "") }
    }

    /// What a verdict is made from.
    var times: RunTimes {
        var shared: Set<String> = []
        let listing = monitor.listing
        let stages = plan.nodes.enumerated().map { index, node in
            var stage = RunTimes.Stage(name: node.name, kind: node.kind)
            switch node.stage {
            case .stateful, .source, .sink: stage.isOrdered = node.kind == .transform
            case .transform, .router: break
            }
            stage.namesPages = listing.contains(index)
            let exchanges = node.http.counts
            stage.server = exchanges.busy.seconds
            // Exchanges lie within the stage's calls, and what layers had them wait is told by the layers.
            let waitedForOthers = (exchanges.waited - exchanges.busy).seconds
            stage.own = max(0, monitor.meters[index].reading.busy.seconds - waitedForOthers)
            for (layer, measurements) in node.layers.measurements {
                for measurement in measurements {
                    guard let cause = Verdict.Cause(waitingFor: measurement.definition),
                        case .number(let seconds) = measurement.value, seconds > 0
                    else { continue }
                    // What stages share is told by each of them, and counts for the first.
                    if measurement.isShared, !shared.insert("\(layer) \(measurement.definition.name)").inserted {
                        continue
                    }
                    stage.waits.append(.init(cause: cause, layer: layer, seconds: seconds))
                }
            }
            return stage
        }
        let process = monitor.process
        return RunTimes(
            total: monitor.duration.seconds,
            phases: monitor.phases.mapValues(\.seconds),
            stages: stages,
            processor: process.userSeconds + process.systemSeconds,
            processors: Processors.count,
            workers: plan.settings.workers ?? Processors.count + 1,
            batchSize: plan.settings.batchSize,
            verifiesContent: plan.settings.verify == .content
        )
    }
}
