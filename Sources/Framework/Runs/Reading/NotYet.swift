internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records
internal import Pipelines

/// Records of an incremental source that are dated in the future, and left to a run after that time.
struct NotYet: Sendable {
    /// The first few of them, so that users can find and correct them.
    private(set) var named: [Record] = []

    /// How many are named at most.
    static let mostNamed = 5

    /// A record, by its key and its time.
    struct Record: Sendable {
        private let text: String

        init(_ batch: borrowing Batch, row: Int, increment: NodeIncrement) {
            let key = increment.key.map { field in
                "\(batch.schema.columns[field.index].name) \(Self.words(batch[row, field]))"
            }
            let time = batch.instant(row, in: increment.value).map { ISO8601.text(ofMicroseconds: $0) } ?? "no time"
            text = "\(key.joined(separator: ", ")) at \(time)"
        }

        var words: String { text }

        private static func words(_ value: Value) -> String {
            switch value {
            case .null: "none"
            case .text(let text): "'\(text.prefix(80))'"
            default: String(value.plainText.prefix(80))
            }
        }
    }

    /// Adds records of a page.
    mutating func add(_ records: [Record]) { named += records.prefix(Self.mostNamed - named.count) }

    /// The warning about them at the end of a run; nil if there are none.
    ///
    /// - Parameters:
    ///   - count: How many there are.
    ///   - due: The earliest of their times.
    ///   - stage: Their source.
    /// - Returns: A warning.
    func finding(_ count: Int, due: Int64?, of stage: String) -> Diagnostic? {
        guard count > 0 else { return nil }
        let records = count.counted("record lies", plural: "records lie")
        let which = named.isEmpty ? "" : ": " + named.map(\.words).joined(separator: "; ")
        let rest = count > named.count && !named.isEmpty ? "; and \(count - named.count) more" : ""
        let until = due.map { ", the first from \(ISO8601.text(ofMicroseconds: $0)) on" } ?? ""
        return Diagnostic(
            "source.not-yet",
            message: "\(records) in the future, not in this run's files\(which)\(rest)",
            at: .stage(stage, at: nil),
            hint:
                "a run after that time delivers each once\(until); if a date is wrong, correct it at its origin",
            severity: .warning
        )
    }
}
