package import Diagnostics
package import PluginKit
internal import TOML

/// The engine's own settings: the section `[run]`.
package struct RunSettings: OptionGroup {
    @Option("About how many records go from stage to stage together; wide ones are fewer by default.", in: 1...100_000)
    package var batchSize = 4000

    @Option(
        "How many pages are read and changed at the same time; default: one more than there are processors.",
        in: 1...mostWorkers
    )
    package var workers: Int?

    @Option("Whether records keep the order in which the sources have them.")
    package var ordered = true

    @Option("How many batches may wait before a sink.", in: 1...1000)
    package var queue = 4

    @Option("How often a checkpoint is stored: a time, a number of pages, or \"never\".")
    package var checkpointEvery = CheckpointInterval.time(.seconds(5))

    @Option("What happens to records that cannot be used.")
    package var onReject = RejectPolicy.limit(0)

    @Option("How written files are looked at before they are published: their records counted, or their bytes too.")
    package var verify = Verification.count

    @Option("What a run does whose sources all say that nothing has changed since the last one: \"read\" or \"skip\".")
    package var unchanged = UnchangedRule.read

    @Option(
        "How long a run that is stopped may take to bring what it has read to the sinks.",
        in: .zero ... .seconds(86_400)
    )
    package var stopWithin = Duration.seconds(10)

    @Option(
        "How long the run may take; then it stops, to be resumed. Default: no limit.",
        in: .milliseconds(1) ... .seconds(365 * 86_400)
    )
    package var timeLimit: Duration?

    @Option(
        "How long a stage may take for one page or batch, repetitions included. Default: no limit.",
        in: .milliseconds(1) ... .seconds(31 * 86_400)
    )
    package var batchTimeLimit: Duration?

    @Option(
        "How long a stage may take for one attempt at a page or batch. Default: no limit.",
        in: .milliseconds(1) ... .seconds(31 * 86_400)
    )
    package var attemptTimeLimit: Duration?

    package init() {}

    /// Whether the pipeline states the batch size; then it counts however many columns there are.
    package var isBatchSizeStated: Bool { $batchSize != nil }

    /// About how many records of so many columns go from stage to stage together.
    package func batchSize(columns: Int) -> Int {
        isBatchSizeStated ? batchSize : min(StageContext.usualBatchSize(columns: columns), batchSize)
    }

    /// The batch size as digests have it.
    package var batchSizeText: String { isBatchSizeStated ? "\(batchSize)" : "at most \(batchSize)" }

    /// Each page takes memory of its own; servers bear far fewer at a time.
    static let mostWorkers = 1000
}

/// What a run does whose sources all say that nothing has changed since the last one that was complete.
package enum UnchangedRule: String, CaseIterable, OptionValue {
    /// Its work, all the same. A run whose sources are all read from the last run on has none.
    case read
    /// Nothing, as long as the files are there that the last one has written.
    case skip
}

/// How written files are looked at before they get their final names.
package enum Verification: String, CaseIterable, OptionValue {
    /// What was written is read back as it grows, and its records are counted.
    case count
    /// In addition the whole file is read again at the end, and has the same bytes.
    case content
    /// Not at all.
    case off
}

/// How often a checkpoint is stored: `"5s"`, `100` pages, or `"never"`.
package enum CheckpointInterval: OptionValue, Hashable {
    /// When so much time has gone by since the last one.
    case time(Duration)
    /// After so many pages.
    case pages(Int)
    /// Not at all: a run that is cut off begins anew.
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
                    hint: "allowed: 1 and more, a time, or \"never\""
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
