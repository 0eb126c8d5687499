internal import Diagnostics
internal import PluginKit
internal import Records

/// Batches in a file, one after the other: the size of a block in four bytes, the lowest first, and the batch.
enum BatchBlocks {
    /// The approximate size of a block in bytes.
    static let size = 32 << 10

    /// Appends a batch as a block.
    ///
    /// - Throws: `file.*`, `batch.text`.
    @discardableResult
    static func append(_ batch: borrowing Batch, to file: SpillFile) throws(Diagnostic) -> Int {
        var writer = StateWriter()
        batch.write(to: &writer)
        let bytes = writer.bytes
        guard bytes.count <= Int(UInt32.max) else {
            throw Diagnostic(
                "batch.text",
                message: "\(batch.count.counted("record has", plural: "records have")) more than 4 GiB of text",
                category: .data,
                hint: "drop columns with long texts before this stage"
            )
        }
        return try file.append((header(bytes.count) + bytes).span)
    }

    private static func header(_ count: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    }

    /// Reads the batch of a block.
    ///
    /// - Parameters:
    ///   - start: The start of the block; afterwards, the start of the next one.
    ///   - file: The file.
    ///   - schema: The columns of its records.
    /// - Returns: The batch.
    /// - Throws: `spill.damaged`, `file.*`.
    static func batch(at start: inout Int, of file: SpillFile, schema: Schema) throws(Diagnostic) -> Batch {
        guard start + 4 <= file.count else { throw isDamaged(file) }
        let header = try file.read(start..<start + 4)
        let count = (0..<4).reduce(0) { $0 | Int(header[$1]) << (8 * $1) }
        guard count > 0, start + 4 + count <= file.count else { throw isDamaged(file) }
        var reader = StateReader(try file.read(start + 4..<start + 4 + count))
        do throws(Diagnostic) {
            let batch = try Batch(schema, from: &reader)
            guard reader.isAtEnd, !batch.isEmpty else { throw StateReader.damaged }
            start += 4 + count
            return batch
        } catch {
            throw isDamaged(file)
        }
    }

    private static func isDamaged(_ file: SpillFile) -> Diagnostic {
        Diagnostic(
            "spill.damaged",
            message: "a file of a transform's memory has changed since it was written",
            category: .environment,
            at: .file(file.path),
            hint: "another program may have changed it, or the disk is failing; start again with --restart"
        )
    }

    /// The approximate memory of a batch in bytes.
    static func memory(of batch: borrowing Batch) -> Int {
        batch.count * (batch.schema.width * 9 + 4) + batch.bytesOfText
    }

    /// How many records of a batch make a block.
    static func rows(of batch: borrowing Batch) -> Int {
        guard !batch.isEmpty else { return 1 }
        return max(1, min(batch.count, size * batch.count / max(1, memory(of: batch))))
    }
}
