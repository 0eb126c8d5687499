public import Diagnostics
public import Pipelines
public import PluginKit
public import Records

/// What a run did: the truth that the summary and the machine-readable report are made from.
public struct RunReport: Sendable {
    /// How a run ended.
    public enum Outcome: Sendable {
        /// Everything was written and published.
        case published
        /// Everything was written and published, and the state does not know it, for the reason given.
        ///
        /// The files keep their final names. The next start of the pipeline verifies them and completes the run.
        case unrecorded(Diagnostic)
        /// Something stood in the way; nothing was published.
        case failed(Diagnostic)
        /// More records were rejected than the file allows; nothing was published.
        case tooManyRejected(RejectAllowance)
        /// The counts do not agree; nothing was published.
        case sumsDisagree(Diagnostic)
        /// Somebody stopped it; nothing was published.
        case stopped
        /// What was read changed meanwhile, so that the run has to begin anew; nothing was published.
        case moved(Diagnostic)
        /// A destination will not accept what a sink was to commit; nothing was published, and the run is given up.
        case refused(Diagnostic)
        /// Some of the run is visible at its destinations and the rest could not be made visible, for the reason given: a
        /// destination refuses it, say. The next start tries the rest again.
        case partly(Diagnostic)
        /// Nothing has changed since an earlier run that was complete; nothing was read.
        ///
        /// When that was, in milliseconds since 1970-01-01T00:00:00Z.
        case nothingNew(since: Int64)

        /// Whether all was done, and is recorded.
        public var isGood: Bool {
            switch self {
            case .published, .nothingNew: true
            case .unrecorded, .failed, .tooManyRejected, .sumsDisagree, .stopped, .moved, .refused, .partly: false
            }
        }

        /// Whether the run did all that it was to do.
        var isDone: Bool {
            switch self {
            case .published, .unrecorded, .nothingNew: true
            case .failed, .tooManyRejected, .sumsDisagree, .stopped, .moved, .refused, .partly: false
            }
        }

        /// Whether what was written so far is of no use.
        var isWithoutWayOn: Bool {
            switch self {
            case .sumsDisagree, .moved, .refused: true
            default: false
            }
        }
    }

    /// One stage and what became of its records.
    public struct Stage: Sendable {
        /// What the pipeline calls it.
        public let name: String
        /// Its plugin.
        public let plugin: String
        /// Source, transform or sink.
        public let kind: Registry.Kind
        /// What became of its records.
        public var tally: Tally
        /// How long this attempt was in it; several calls at the same time count each.
        public var busy: Duration = .zero
        /// How often a call of it was repeated by a layer.
        public var retries = 0
        /// The calls of this attempt, those of each kind together: its own, then requests to web servers.
        public var calls: [Calls] = []
        /// Text in the records that this attempt has read; nil if it is no source.
        public var bytesRead: Int?
        /// What this attempt has had its files grow by; nil if it is no sink with files.
        public var bytesWritten: Int?
        /// What its plugin has to tell of itself.
        public var figures: [Figure] = []
        /// What the layers round it have to tell, by their names in the pipeline, outermost first.
        public var layers: [(name: String, figures: [Figure])] = []
        /// Where a source was when the run began or was resumed; nil at its start.
        public var cursorBefore: String?
        /// Where a source was at the end.
        public var cursorAfter: String?
    }

    /// Calls of one kind that a stage has made, each attempt by itself, without what layers had them wait.
    public struct Calls: Sendable {
        /// What they do.
        public let kind: CallKind
        /// How often they ended in each way.
        public let results: [CallResult: Int]
        /// How long all of them took together.
        public let busy: Duration
        /// How long those took that succeeded.
        public let times: LatencyHistogram
        /// Bodies of web servers' answers, in bytes; nil if they are no requests.
        public var bytesReceived: Int?
    }

    /// What a sink makes visible by a commit, and whether it has.
    public struct Commit: Sendable {
        /// The sink.
        public let stage: String
        /// Whether it is visible at its destination.
        public var isDone: Bool
    }

    /// Records rejected for one reason.
    public struct RejectionCount: Sendable {
        /// The reason's stable name.
        public let code: String
        /// The reason.
        public let reason: String
        /// The stage that rejected them.
        public let stage: String
        /// How many.
        public var count: Int
        /// The first few.
        public var examples: [Rejection]
    }

    /// The pipeline.
    public let pipeline: String
    /// The run's identity.
    public let run: RunIdentity
    /// A digest of everything that decides which records come where.
    public let configuration: String
    /// The same without how much was to be done: reports of the parts of a divided run have it in common.
    public let configurationWithoutScope: String
    /// How much of the pipeline was to be done.
    public let scope: RunScope
    /// How often the run was begun or resumed: 1 if nothing has interrupted it.
    public var attempt = 1
    /// The checkpoint that it was resumed at; nil if it began at the start.
    public var resumedFrom: Int?
    /// How many checkpoints this attempt has stored.
    public var checkpoints = 0
    /// Whether the next run resumes this one at its checkpoint.
    public var canBeResumed = false
    /// Whether the state knows what a failed run was making visible, so that the next start completes it.
    public var isToBePublished = false
    /// How it ended.
    public var outcome: Outcome = .published
    /// The stages, inputs before what reads them.
    public var stages: [Stage]
    /// Why records were rejected.
    public var rejections: [RejectionCount] = []
    /// Records that went to more than one reader, counted once for each reader after the first.
    public var copied = 0
    /// The files that have their final names: all, or none.
    ///
    /// Only where `isToBePublished` is set it may be some of them.
    public var files: [StagedFile] = []
    /// The sinks that commit, in the order of their commits.
    public var commits: [Commit] = []
    /// Where the rejected records were kept.
    public var rejectFile: StagedFile?
    /// What would have the run publish in spite of the rejected records: `-D rejects=3`.
    public var allowance = ""
    /// What stages had to say, in order.
    public var findings: [Diagnostic] = []
    /// What sinks had to say about what they published.
    public var remarks: [String] = []
    /// Files of earlier runs that could be taken for files of this one, by the names of the sinks.
    public var earlierFiles: [(stage: String, paths: [String])] = []
    /// How long it took.
    public var duration: Duration = .zero
    /// What its time was spent on, the longest first; together they are the duration.
    public var phases: [PhaseTime] = []
    /// What the process has used of the machine.
    public var process: ProcessFigures?
    /// What held the run up, and what could be tried; nil of a run that was short or read nothing.
    public var bottleneck: Bottleneck?

    /// What a run spent some of its time on.
    public struct PhaseTime: Sendable, Hashable {
        /// `reading`, `remembering`, `writing`, `settling`, `storing`, `finishing`, `publishing` or `working`.
        public let phase: String
        /// The stage that it was about; nil if about none.
        public let stage: String?
        /// How long.
        public let time: Duration
    }

    /// Records read by all sources.
    public var read: Int { total(.source, of: \.received) }
    /// Records read in a second, on average; of a run that was resumed, those of all attempts in the time of this one.
    public var recordsPerSecond: Double {
        let seconds = duration.seconds
        return seconds > 0 ? (Double(read) / seconds).rounded() : 0
    }
    /// Records that all destinations together have.
    public var written: Int { total(.sink, of: \.sent) }
    /// Records rejected anywhere.
    public var rejected: Int { stages.reduce(0) { $0 + $1.tally.rejected } }
    /// Records that were only looked up in.
    public var lookedUp: Int { stages.reduce(0) { $0 + $1.tally.lookedUp } }
    /// Records that went into memories.
    public var combined: Int { stages.reduce(0) { $0 + $1.tally.combined } }
    /// Records that transforms made out of others, or of what they remembered.
    public var made: Int { stages.reduce(0) { $0 + $1.tally.made + $1.tally.discarded } }
    /// Records filtered on purpose anywhere, by reason.
    public var filtered: [Filtered] {
        stages.reduce(into: []) { all, stage in
            for reason in stage.tally.filtered { all.add(reason) }
        }
    }

    /// Whether the counts agree, at each stage and from end to end.
    public var isBalanced: Bool {
        stages.allSatisfy(\.tally.isBalanced)
            && read + copied + made
                == written + rejected + lookedUp + combined + filtered.reduce(0) { $0 + $1.count }
    }

    private func total(_ kind: Registry.Kind, of count: KeyPath<Tally, Int>) -> Int {
        stages.reduce(0) { $1.kind == kind ? $0 + $1.tally[keyPath: count] : $0 }
    }
}
