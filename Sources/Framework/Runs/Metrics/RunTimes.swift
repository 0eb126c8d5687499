internal import PluginKit
internal import Pipelines

/// What the time of a run went into, as far as its bottleneck can be found from that.
struct RunTimes: Sendable {
    /// Whoever knows what to do about what held a run up: a plugin.
    typealias Adviser = @Sendable (Workload) -> String?

    /// A plugin that had calls of a stage wait.
    struct Wait: Sendable {
        /// Why, in the plugin's own words.
        let delay: Delay
        /// What the pipeline calls the layer, or what a service's own limit is called; nil if the stage's plugin waited
        /// itself.
        let layer: String?
        /// How long the stage's calls waited together.
        var seconds: Double
        /// Whether a layer outside of it gives answers again.
        var hasReuseOutside = false
        /// The plugin's advice.
        var adviser: Adviser = { _ in nil }
    }

    /// What several stages share, and what had their calls wait.
    struct SharedWait: Sendable {
        /// How long it had all of them wait, together.
        let seconds: Double
        /// The wait of each stage, by its place.
        var waits: [(stage: Int, wait: Wait)]
    }

    /// A layer that lets only some calls in at the same time.
    struct Gateway: Sendable {
        /// How many it lets in.
        let capacity: Int
        /// The layer's advice on more.
        var adviser: Adviser = { _ in nil }
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
        /// Whether what it reads could be given again.
        var isCacheable = false
        /// Whether one of its layers gives answers again.
        var hasReuse = false
        /// How many calls of it have ended.
        var calls = 0
        /// How long its own calls took together, in seconds, without what plugins had them wait.
        var own = 0.0
        /// How much of that it waited for a server.
        var server = 0.0
        /// What plugins had its calls wait for.
        var waits: [Wait] = []
        /// How long layers had its calls wait in all, whichever did, in seconds.
        var heldBack = 0.0
        /// The layers that let only some of its calls in at the same time, outermost first.
        var gateways: [Gateway] = []
        /// How many pages a source was read in.
        var pages = 0
        /// How many records it read or took.
        var records = 0
        /// The plugin's advice.
        var adviser: Adviser = { _ in nil }
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
    /// What layers of the program's plugins may do for runs without them, as nouns.
    var remedies: [Remedy: String] = [:]

    /// Divides a shared wait among the stages that have it, in proportion to how long each was delayed.
    ///
    /// What is shared knows only how long all of them waited; the stages know how long each waited for all of its layers.
    /// What a stage's own plugin waited for lies within the stage's own time, and is taken out of it.
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
