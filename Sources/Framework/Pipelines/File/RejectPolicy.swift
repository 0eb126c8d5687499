package import Diagnostics
package import PluginKit
internal import TOML

/// What happens to records that are rejected.
///
/// `{ limit = 20, keep = "rejects/{name}.jsonl" }` writes them to a file, continues, and publishes if there are at most
/// 20; `"fail"` stops at the first; `"drop"` only counts them. Default: `{ limit = 0 }`, so a run reports every such
/// record and publishes nothing.
package struct RejectPolicy: OptionValue {
    /// The most rejected records with which a run still publishes; nil for any number.
    package let limit: Int?
    /// The largest share of rejected records, of those read, with which a run still publishes, from 0 to 1; nil for
    /// any.
    package let share: Double?
    /// The run stops as soon as more than `limit` of this many consecutive records read are rejected; nil if only the
    /// total counts.
    package let window: Int?
    /// Whether the first rejected record ends the run.
    package let stopsAtOnce: Bool
    /// Where rejected records are written, as JSON lines.
    package let keep: OutputPath?
    /// The position of that path in the file.
    package let keepPlace: Diagnostic.Place?

    package static func limit(_ limit: Int) -> RejectPolicy { RejectPolicy(limit: limit) }

    private init(
        limit: Int?,
        share: Double? = nil,
        window: Int? = nil,
        stopsAtOnce: Bool = false,
        keep: OutputPath? = nil,
        keepPlace: Diagnostic.Place? = nil
    ) {
        self.limit = limit
        self.share = share
        self.window = window
        self.stopsAtOnce = stopsAtOnce
        self.keep = keep
        self.keepPlace = keepPlace
    }

    package static var shape: OptionShape {
        .other("{ limit = 20, keep = \"rejects/{name}.jsonl\" }, \"fail\" or \"drop\"")
    }

    package init(from input: OptionInput) throws(Diagnostic) {
        if let table = input.table {
            do throws(DiagnosticList) {
                let group = try Table.bind(table, interpolation: input.interpolations, subject: "on_reject")
                try group.check()
                self.init(
                    limit: group.limit ?? (group.share == nil ? 0 : nil),
                    share: group.share.map { $0.value },
                    window: group.ofLast,
                    keep: group.keep,
                    keepPlace: group.$keep
                )
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
        var items: [String] = []
        if let limit { items.append("limit = \(limit)") }
        if let share { items.append("share = \(Share(value: share).literal)") }
        if let window { items.append("of_last = \(window)") }
        if let keep { items.append("keep = \(keep.literal)") }
        return items.isEmpty ? "\"drop\"" : "{ " + items.joined(separator: ", ") + " }"
    }

    private struct Table: OptionGroup {
        @Option("The most rejected records with which a run still publishes.")
        var limit: Int?

        @Option("The largest share of rejected records with which a run still publishes, such as \"1%\".")
        var share: Share?

        @Option("The run stops as soon as more than 'limit' of this many consecutive records are rejected.")
        var ofLast: Int?

        @Option("Where rejected records are written, as JSON lines.")
        var keep: OutputPath?

        /// More records than any run has; a checkpoint can store the number.
        private static let most = 1_000_000_000_000_000

        func check() throws(DiagnosticList) {
            var problems = DiagnosticList()
            for (number, place, least) in [(limit, $limit, 0), (ofLast, $ofLast, 1)] {
                guard let number, !(least...Self.most ~= number) else { continue }
                problems.append(
                    Diagnostic(
                        "option.range",
                        message: "\(number) is out of range",
                        category: .usage,
                        at: place,
                        hint: number < least ? "allowed: \(least) or more" : "allowed: \(least)...\(Self.most)"
                    )
                )
            }
            if let ofLast, limit == nil {
                problems.append(
                    Diagnostic(
                        "option.missing",
                        message: "'of_last' needs a 'limit': how many of \(ofLast) consecutive records may be rejected",
                        category: .usage,
                        at: $ofLast,
                        hint: "add a limit, such as limit = 10"
                    )
                )
            }
            try problems.throwIfErrors()
        }
    }
}

/// A share in per cent: `"1%"`, `"0.5%"`.
package struct Share: OptionValue, Hashable {
    /// From 0 to 1.
    package let value: Double

    package init(value: Double) { self.value = value }

    package static var shape: OptionShape { .other("a share such as \"1%\"") }

    package init(from input: OptionInput) throws(Diagnostic) {
        let text = try input.text(expected: Self.shape).filter { $0 != " " }
        guard text.hasSuffix("%"), let percent = Double(text.dropLast()), 0...100 ~= percent else {
            throw input.mismatch(Self.shape)
        }
        value = percent / 100
    }

    package var literal: String { "\"\(value * 100)%\"" }
}
