package import Diagnostics
package import PluginKit
internal import TOML

/// The engine's own settings: the section `[run]`.
package struct RunSettings: OptionGroup {
    @Option("About how many records go from stage to stage together.", in: 1...100_000)
    package var batchSize = 1000

    @Option("What happens to records that cannot be used.")
    package var onReject = RejectPolicy.limit(0)

    package init() {}
}

/// What happens to records that cannot be used.
///
/// `{ limit = 20, keep = "rejects/{name}.jsonl" }` goes on, writes them to a file, and publishes if there are no more
/// than the limit; `"fail"` stops at the first; `"drop"` only counts them. Default: `{ limit = 0 }`, so a run names
/// every such record and publishes nothing.
package struct RejectPolicy: OptionValue {
    /// The most rejected records with which a run still publishes; nil for any number.
    package let limit: Int?
    /// Whether the first rejected record ends the run.
    package let stopsAtOnce: Bool
    /// Where rejected records are written, as JSON lines.
    package let keep: OutputPath?

    package static func limit(_ limit: Int) -> RejectPolicy { RejectPolicy(limit: limit) }

    private init(limit: Int?, stopsAtOnce: Bool = false, keep: OutputPath? = nil) {
        self.limit = limit
        self.stopsAtOnce = stopsAtOnce
        self.keep = keep
    }

    package static var shape: OptionShape {
        .other("{ limit = 20, keep = \"rejects/{name}.jsonl\" }, \"fail\" or \"drop\"")
    }

    package init(from input: OptionInput) throws(Diagnostic) {
        if let table = input.table {
            do throws(DiagnosticList) {
                let group = try Table.bind(table, interpolation: input.interpolations, subject: "on_reject")
                self.init(limit: group.limit, keep: group.keep)
            } catch {
                throw error.all.first ?? input.mismatch(Self.shape)
            }
            return
        }
        switch try input.text(expected: Self.shape) {
        case "fail": self.init(limit: 0, stopsAtOnce: true)
        case "drop": self.init(limit: nil)
        default: throw input.mismatch(Self.shape)
        }
    }

    package var literal: String {
        if stopsAtOnce { return "\"fail\"" }
        guard let limit else { return "\"drop\"" }
        return "{ limit = \(limit)" + (keep.map { ", keep = \($0.literal)" } ?? "") + " }"
    }

    private struct Table: OptionGroup {
        @Option("The most rejected records with which a run still publishes.", in: 0...Int.max)
        var limit = 0

        @Option("Where rejected records are written, as JSON lines.")
        var keep: OutputPath?
    }
}
