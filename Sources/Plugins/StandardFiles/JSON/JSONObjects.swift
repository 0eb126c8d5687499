internal import Formats
internal import PluginKit

/// Writes records as JSON objects, on lines or in one array: what the sinks `json-lines` and `json` have in common.
struct JSONObjects: Sendable {
    let columns: ColumnChoice
    let files: PartFiles
    /// The columns whose texts are JSON.
    private let documents: [(field: Field, name: String)]
    /// An encoder that has not been used.
    private let fresh: JSONEncoder
    /// The encoder between two writes, with its memory.
    private let spare = Locked<JSONEncoder?>(nil)
    private let log: StageLog

    /// - Parameters:
    ///   - columns: The columns to write.
    ///   - input: The columns of the input.
    ///   - form: How objects are arranged.
    ///   - writesNulls: Whether nulls are written; otherwise their keys are omitted.
    ///   - files: The file or its parts.
    ///   - log: Receives warnings.
    init(
        _ columns: ColumnChoice,
        of input: Schema,
        form: JSONRowEncoder.Form,
        writesNulls: Bool,
        files: PartFiles,
        log: StageLog
    ) {
        self.columns = columns
        self.files = files
        self.log = log
        fresh = JSONEncoder(columns, of: input, form: form, writesNulls: writesNulls)
        documents = zip(columns.fields, columns.names).filter { field, _ in input.columns[field.index].holdsJSON }
            .map { ($0, $1) }
    }

    /// Rejects records whose texts are not the JSON that they claim to be, and writes the others.
    func write(_ batch: inout Batch, at mark: FileMark?) throws -> FileMark {
        if !documents.isEmpty { rejectWhatIsNotJSON(&batch) }
        var encoder = spare.withLock { $0.take() } ?? fresh
        let next = try files.write(batch, with: &encoder, at: mark)
        if encoder.takeNoNumber() {
            log.say(
                Diagnostic(
                    "json-lines.no-number",
                    message: "a record holds not-a-number or an infinity, which is written as null",
                    severity: .warning
                )
            )
        }
        spare.withLock { [encoder] in $0 = encoder }
        return next
    }

    private func rejectWhatIsNotJSON(_ batch: inout Batch) {
        batch.reject { batch, row in
            for (field, name) in documents {
                guard let text = batch.utf8(row, in: field), !JSONText.isValue(text) else { continue }
                let shown = VisibleText.line(batch.text(row, in: field) ?? "", atMost: 60)
                return ("json-lines.not-json", "its '\(name)' is not JSON: '\(shown)'")
            }
            return nil
        }
    }

    func finish(at mark: FileMark?) throws -> Delivery<FileMark> {
        var encoder = fresh
        return try files.finish(at: mark, with: &encoder)
    }
}
