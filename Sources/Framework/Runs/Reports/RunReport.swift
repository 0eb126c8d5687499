public import Diagnostics
public import Pipelines
public import PluginKit
public import Records

/// What a run did.
///
/// The summary and the machine-readable report are made from it.
public struct RunReport: Sendable {
    /// How a run ended.
    public enum Outcome: Sendable {
        /// Everything was written and published.
        case published
        /// Everything was written and published, but the state could not record it, for the given reason.
        ///
        /// The files keep their final names. The next start of the pipeline verifies them and completes the run.
        case unrecorded(Diagnostic)
        /// An error ended the run; nothing was published.
        case failed(Diagnostic)
        /// More records were rejected than the pipeline allows; nothing was published.
        case tooManyRejected(RejectAllowance)
        /// The counts do not agree; nothing was published.
        case sumsDisagree(Diagnostic)
        /// The run was stopped; nothing was published.
        case stopped
        /// The data changed while it was read, so the run has to begin again; nothing was published.
        case sourceChanged(Diagnostic)
        /// A destination has refused the commit of a sink; nothing was published, and the run is abandoned.
        case refused(Diagnostic)
        /// Some of the run is visible at its destinations, but the rest could not be made visible, for the given
        /// reason: for example, a destination refuses it. The next start tries the rest again.
        case partly(Diagnostic)
        /// Nothing has changed since an earlier run that was complete; nothing was read.
        ///
        /// When that was, in milliseconds since 1970-01-01T00:00:00Z.
        case nothingNew(since: Int64)

        /// Whether the run is complete and recorded.
        public var isGood: Bool {
            switch self {
            case .published, .nothingNew: true
            case .unrecorded, .failed, .tooManyRejected, .sumsDisagree, .stopped, .sourceChanged, .refused, .partly:
                false
            }
        }

        /// Whether the run is complete.
        var isDone: Bool {
            switch self {
            case .published, .unrecorded, .nothingNew: true
            case .failed, .tooManyRejected, .sumsDisagree, .stopped, .sourceChanged, .refused, .partly: false
            }
        }

        /// Whether the run cannot be resumed, so that its temporary files are of no use.
        var isWithoutWayOn: Bool {
            switch self {
            case .sumsDisagree, .sourceChanged, .refused: true
            default: false
            }
        }
    }

    /// A stage and the counts of its records.
    public struct Stage: Sendable {
        /// Its name in the pipeline.
        public let name: String
        /// Its plugin.
        public let plugin: String
        /// Source, transform or sink.
        public let kind: Registry.Kind
        /// The counts of its records.
        public var tally: Tally
        /// How long this attempt spent in it; simultaneous calls are added up.
        public var busy: Duration = .zero
        /// How often layers repeated its calls.
        public var retries = 0
        /// The calls of this attempt by kind: its own, then requests to web servers.
        public var calls: [Calls] = []
        /// Bytes of text in the records that this attempt has read; nil if the stage is not a source.
        public var bytesRead: Int?
        /// How many bytes its files have grown by in this attempt; nil if the stage is not a sink with files.
        public var bytesWritten: Int?
        /// The values that its plugin reports.
        public var measurements: [Measurement] = []
        /// The values that its layers report, by their names in the pipeline, outermost first.
        public var layers: [(name: String, measurements: [Measurement])] = []
        /// Where a source was when the run began or was resumed; nil at its start.
        public var cursorBefore: String?
        /// Where a source was at the end; if the run can be resumed, where the next one continues.
        public var cursorAfter: String?
    }

    /// Calls of one kind that a stage has made; each attempt counts separately, without the delays caused by layers.
    public struct Calls: Sendable {
        /// Their kind.
        public let kind: CallKind
        /// How many ended with each result.
        public let results: [CallResult: Int]
        /// The total duration of all of them.
        public let busy: Duration
        /// The durations of the successful ones.
        public let times: LatencyHistogram
        /// The total size of the response bodies, in bytes; nil if they are not requests to web servers.
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
    /// A digest of everything that decides which records go where.
    public let configuration: String
    /// The same without the scope: the reports of all partitions have it in common.
    public let configurationWithoutScope: String
    /// How much of the pipeline was to be done.
    public let scope: RunScope
    /// The number of the attempt: 1 if the run was never resumed.
    public var attempt = 1
    /// The number of the checkpoint that it was resumed from; nil if it began at the start.
    public var resumedFrom: Int?
    /// How many checkpoints this attempt has stored.
    public var checkpoints = 0
    /// Whether the next start resumes this run from its checkpoint.
    public var canBeResumed = false
    /// Whether the state has recorded what a failed run was making visible, so that the next start completes it.
    public var isToBePublished = false
    /// How it ended.
    public var outcome: Outcome = .published
    /// The stages, inputs before what reads them.
    public var stages: [Stage]
    /// Why records were rejected.
    public var rejections: [RejectionCount] = []
    /// Records passed to more than one reader, counted once for each reader after the first.
    public var copied = 0
    /// The files that have their final names: all or none.
    ///
    /// Only if `isToBePublished` is set, it can be some of them.
    public var files: [StagedFile] = []
    /// What each sink has published, if it states what its files contain.
    public var outputs: [Output] = []
    /// The sinks that commit, in the order of their commits.
    public var commits: [Commit] = []
    /// The file of rejected records; nil if there is none.
    public var rejectFile: StagedFile?
    /// The option with which the run would publish despite the rejected records: `-D rejects=3`.
    public var allowance = ""
    /// The findings of the stages, in order.
    public var findings: [Diagnostic] = []
    /// The remarks of stages about records, and of sinks about what they published.
    public var remarks: [String] = []
    /// Files of earlier runs that could be mistaken for files of this one, by sink.
    public var earlierFiles: [(stage: String, paths: [String])] = []
    /// How long it took.
    public var duration: Duration = .zero
    /// What its time was spent on, the longest phase first.
    ///
    /// The phases add up to the duration.
    public var phases: [PhaseTime] = []
    /// The resources that the process has used.
    public var process: ProcessResources?
    /// What slowed the run down most, and what to try; nil if the run was short or read nothing.
    public var bottleneck: Bottleneck?

    /// The files of a sink, and what they contain.
    public struct Output: Sendable, Hashable {
        /// The sink.
        public let stage: String
        /// What the files contain.
        public let contents: FileContents
        /// The paths of the files, in the order of their parts.
        public let paths: [String]
    }

    /// What a run spent some of its time on.
    public struct PhaseTime: Sendable, Hashable {
        /// `reading`, `transforming`, `writing`, `settling`, `storing`, `finishing`, `publishing` or `working`.
        public let phase: String
        /// The stage concerned; nil if there is none.
        public let stage: String?
        /// How long.
        public let time: Duration
    }

    /// Records read by all sources.
    public var read: Int { total(.source, of: \.received) }
    /// Records read per second, on average; of a resumed run, the records of all attempts in the time of this one.
    public var recordsPerSecond: Double {
        let seconds = duration.seconds
        return seconds > 0 ? (Double(read) / seconds).rounded() : 0
    }
    /// Records at all destinations together.
    public var written: Int { total(.sink, of: \.sent) }
    /// Records rejected anywhere.
    public var rejected: Int { stages.reduce(0) { $0 + $1.tally.rejected } }
    /// Records that went into tables.
    public var lookedUp: Int { stages.reduce(0) { $0 + $1.tally.lookedUp } }
    /// Records that went into memories.
    public var combined: Int { stages.reduce(0) { $0 + $1.tally.combined } }
    /// Records that transforms made from others or from their memories.
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
