internal import PluginKit
internal import Pipelines

/// What a run spent its time on, as far as needed to determine its bottleneck.
struct RunTimes: Sendable {
    /// A plugin's advice on what slowed a run down.
    typealias Adviser = @Sendable (Workload) -> String?

    /// A plugin that delayed the calls of a stage.
    struct Wait: Sendable {
        /// The delay as the plugin reports it.
        let delay: Delay
        /// The name of the layer in the pipeline, or of a service's own limit; nil if the stage's plugin waited itself.
        let layer: String?
        /// How long the stage's calls waited in total, in seconds.
        var seconds: Double
        /// Whether a layer outside it returns stored answers.
        var hasReuseOutside = false
        /// The plugin's advice.
        var adviser: Adviser = { _ in nil }
    }

    /// A delay that several stages share.
    struct SharedWait: Sendable {
        /// How long all of them waited in total, in seconds.
        let seconds: Double
        /// The wait of each stage, by the number of the node.
        var waits: [(stage: Int, wait: Wait)]
    }

    /// A layer that limits the number of simultaneous calls.
    struct Gateway: Sendable {
        /// The limit.
        let capacity: Int
        /// The layer's advice on raising its limit.
        var adviser: Adviser = { _ in nil }
    }

    /// A stage.
    struct Stage: Sendable {
        /// Its name in the pipeline.
        let name: String
        /// Source, transform or sink.
        let kind: Registry.Kind
        /// Whether it takes pages one after the other.
        var isOrdered = false
        /// Whether it names its pages in advance.
        var namesPages = false
        /// Whether its pages can be cached.
        var isCacheable = false
        /// Whether one of its layers returns stored answers.
        var hasReuse = false
        /// How many of its calls have ended.
        var calls = 0
        /// How long its own calls took in total, in seconds, without delays caused by plugins.
        var own = 0.0
        /// How much of that it waited for a server, in seconds.
        var server = 0.0
        /// The delays of its calls by plugins.
        var waits: [Wait] = []
        /// How long layers delayed its calls in total, in seconds.
        var heldBack = 0.0
        /// The layers that limit its simultaneous calls, outermost first.
        var gateways: [Gateway] = []
        /// How many pages a source was read in.
        var pages = 0
        /// How many records it read or accepted.
        var records = 0
        /// The plugin's advice.
        var adviser: Adviser = { _ in nil }
    }

    /// How long the run took, in seconds.
    var total: Double
    /// How many records were read.
    var records = 1
    /// Whether the run was completed, so that its times are those of a whole run.
    var isDone = true
    /// What it spent that time on.
    var phases: [RunPhase: Double]
    /// The stages, in the order of the plan.
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
    /// Whether complete files are read again at the end.
    var verifiesContent = false
    /// What layers of the program's plugins can do for runs without them, as nouns.
    var remedies: [Remedy: String] = [:]

    /// Divides a shared wait among the stages that have it, in proportion to how long each was delayed.
    ///
    /// A shared layer knows only how long all stages waited; a stage knows only how long it waited for all its layers.
    /// The wait of a stage's own plugin is part of the stage's own time, and is subtracted from it.
    mutating func divide(_ shared: SharedWait) {
        let weights = shared.waits.map { stage, wait in
            let known = stages[stage].waits.reduce(0) { $0 + ($1.layer == nil ? 0 : $1.seconds) }
            return max(0, wait.layer == nil ? stages[stage].own : stages[stage].heldBack - known)
        }
        let sum = weights.reduce(0, +)
        for ((stage, wait), weight) in zip(shared.waits, weights) {
            var wait = wait
            wait.seconds = shared.seconds * (sum > 0 ? weight / sum : 1 / Double(shared.waits.count))
            guard wait.seconds > 0 else { continue }
            stages[stage].waits.append(wait)
            if wait.layer == nil { stages[stage].own = max(0, stages[stage].own - wait.seconds) }
        }
    }
}
