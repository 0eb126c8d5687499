internal import Diagnostics
internal import PluginKit
internal import Records

/// Records that went into the table of a lookup, written down so that a run that is resumed has them without asking
/// their source again.
///
/// Batches are stored one after the other, as in a checkpoint.
struct RecordLog {
    private let file: OutputFile
    private var buffer = StateWriter()
    private var offset = 0
    private var records = 0

    /// Where it is.
    var path: String { file.path }

    /// The log of a run.
    init(_ path: String) { file = OutputFile(path, suffix: "") }

    /// Adds records.
    ///
    /// - Throws: `file.*`.
    mutating func append(_ batch: borrowing Batch) throws(Diagnostic) {
        batch.write(to: &buffer)
        records += batch.count
        if buffer.bytes.count > 1 << 18 { try flush() }
    }

    /// The file with what it holds by now; nil if there is nothing.
    ///
    /// - Throws: `file.*`.
    mutating func part() throws(Diagnostic) -> StagedFile? {
        try flush()
        return offset > 0 ? StagedFile(file.path, bytes: offset, records: records) : nil
    }

    /// Reads back what an earlier attempt at the run has written, and goes on behind it.
    ///
    /// - Parameters:
    ///   - bytes: How much of the file counts.
    ///   - schema: The columns of the records.
    ///   - body: Takes each batch.
    /// - Throws: `file.*`, `checkpoint.state`, and what `body` throws.
    mutating func resume(at bytes: Int, _ schema: Schema, _ body: (borrowing Batch) throws -> Void) throws {
        var reader = StateReader(try InputFile(file.path).readAll(atMost: bytes))
        while !reader.isAtEnd {
            let batch = try Batch(schema, from: &reader)
            records += batch.count
            try body(batch)
        }
        offset = bytes
    }

    private mutating func flush() throws(Diagnostic) {
        guard !buffer.bytes.isEmpty else { return }
        offset = try file.write(buffer.bytes.span, at: offset)
        buffer = StateWriter()
    }
}
