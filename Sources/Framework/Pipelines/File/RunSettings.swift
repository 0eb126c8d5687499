package import Diagnostics
package import PluginKit
internal import TOML

/// The engine's own settings: the section `[run]`.
package struct RunSettings: OptionGroup {
    @Option("The approximate number of records in a batch; wide records are fewer by default.", in: 1...100_000)
    package var batchSize = 4000

    @Option(
        "How many pages are read and transformed at the same time; default: the number of processors plus one.",
        in: 1...mostWorkers
    )
    package var workers: Int?

    @Option("Whether records keep the order in which the sources have them.")
    package var ordered = true

    @Option("The most batches queued for a sink.", in: 1...1000)
    package var queue = 4

    @Option("How often a checkpoint is stored: a time, a number of pages, or \"never\".")
    package var checkpointEvery = CheckpointInterval.time(.seconds(5))

    @Option("What happens to records that are rejected.")
    package var onReject = RejectPolicy.limit(0)

    @Option("How files are verified before they are published: by the number of records, or also by their bytes.")
    package var verify = Verification.count

    @Option("What a run does if no source has changed since the last one: \"read\" or \"skip\".")
    package var unchanged = UnchangedRule.read

    @Option(
        "How long a stopped run may take to deliver what it has read to the sinks.",
        in: .zero ... .seconds(86_400)
    )
    package var stopWithin = Duration.seconds(10)

    @Option(
        "The timeout of the run; it then stops and can be resumed. Default: no limit.",
        in: .milliseconds(1) ... .seconds(365 * 86_400)
    )
    package var timeLimit: Duration?

    @Option(
        "The timeout of a stage for one page or batch, including retries. Default: no limit.",
        in: .milliseconds(1) ... .seconds(31 * 86_400)
    )
    package var batchTimeLimit: Duration?

    @Option(
        "The timeout of a stage for one attempt at a page or batch. Default: no limit.",
        in: .milliseconds(1) ... .seconds(31 * 86_400)
    )
    package var attemptTimeLimit: Duration?

    package init() {}

    /// Whether the pipeline states the batch size; then it applies to any number of columns.
    package var isBatchSizeStated: Bool { $batchSize != nil }

    /// The approximate number of records in a batch, for records with this many columns.
    package func batchSize(columns: Int) -> Int {
        isBatchSizeStated ? batchSize : min(StageContext.usualBatchSize(columns: columns), batchSize)
    }

    /// The batch size as text for digests.
    package var batchSizeText: String { isBatchSizeStated ? "\(batchSize)" : "at most \(batchSize)" }

    /// Each page takes memory; servers accept far fewer at a time.
    static let mostWorkers = 1000
}

/// What a run does if all its sources report that nothing has changed since the last complete run.
package enum UnchangedRule: String, CaseIterable, OptionValue {
    /// The run works as usual. If all sources are incremental, it has nothing to do.
    case read
    /// The run does nothing if the files that the last run wrote still exist.
    case skip
}

/// How written files are verified before they get their final names.
package enum Verification: String, CaseIterable, OptionValue {
    /// What was written is read back as the file grows, and its records are counted.
    case count
    /// In addition, the whole file is read again at the end and must have the same bytes.
    case content
    /// Files are not verified.
    case off
}

/// How often a checkpoint is stored: `"5s"`, `100` pages, or `"never"`.
package enum CheckpointInterval: OptionValue, Hashable {
    /// When this much time has passed since the last one.
    case time(Duration)
    /// After this many pages.
    case pages(Int)
    /// Never: a run that is interrupted starts again.
    case never

    private static let longest = Duration.seconds(31 * 86_400)

    package static var shape: OptionShape { .other("a time such as \"5s\", a number of pages, or \"never\"") }

    package init(from input: OptionInput) throws(Diagnostic) {
        if let pages = try? input.integer(expected: Self.shape) {
            guard pages > 0 else {
                throw Diagnostic(
                    "option.range",
                    message: "\(pages) is out of range",
                    at: .text(input.range),
                    hint: "allowed: 1 or more pages, a time, or \"never\""
                )
            }
            self = .pages(Int(pages))
        } else if try input.text(expected: Self.shape) == "never" {
            self = .never
        } else {
            let time = try Duration(from: input)
            guard time <= Self.longest else {
                throw Diagnostic(
                    "option.range",
                    message: "\(time.literal) is out of range",
                    at: .text(input.range),
                    hint: "allowed: up to \(Self.longest.literal), a number of pages, or \"never\""
                )
            }
            self = .time(time)
        }
    }

    package var literal: String {
        switch self {
        case .time(let time): time.literal
        case .pages(let pages): "\(pages)"
        case .never: "\"never\""
        }
    }
}
