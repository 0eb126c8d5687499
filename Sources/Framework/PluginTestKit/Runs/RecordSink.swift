internal import PluginKit

/// Writes every cell of every record, so that the result of a run can be compared with that of a contract.
struct RecordSink: Sink {
    static let name = "contract-records"
    static let summary = "Writes the records of a contract."
    static let commitment = Commitment.files

    struct Options: OptionGroup {
        @Option("The file to write.") var path: OutputPath
    }

    /// Bytes and records before the mark.
    struct Mark: LosslessStringConvertible, Sendable {
        var bytes = 0
        var records = 0

        init() {}

        init?(_ description: String) {
            let numbers = description.split(separator: ",").compactMap { Int($0) }
            guard numbers.count == 2 else { return nil }
            (bytes, records) = (numbers[0], numbers[1])
        }

        var description: String { "\(bytes),\(records)" }
    }

    private let file: OutputFile

    init(_ options: Options, input: Schema, in context: StageContext) {
        file = OutputFile(options.path.path(in: context.run))
        _ = input.fields
    }

    func begin(at mark: Mark?, attempt: Int) {}

    func write(_ batch: inout Batch, at mark: Mark?) throws -> Mark {
        var mark = mark ?? Mark()
        let bytes = Self.bytes(of: batch)
        mark.bytes = try file.write(bytes.span, at: mark.bytes)
        mark.records += batch.count
        return mark
    }

    func parts(at mark: Mark) -> [StagedFile] {
        [StagedFile(file.temporaryPath, bytes: mark.bytes, records: mark.records)]
    }

    func finish(at mark: Mark?) throws -> Delivery<Mark> {
        let mark = mark ?? Mark()
        return Delivery(
            at: mark,
            files: [try file.complete(upTo: mark.bytes, records: mark.records)],
            written: mark.records
        )
    }

    func abandon(at mark: Mark?) { file.discard() }

    /// The records as it writes them.
    static func bytes(of batch: borrowing Batch) -> [UInt8] {
        var writer = StateWriter()
        for row in 0..<batch.count {
            for (index, column) in batch.schema.columns.enumerated() {
                batch[row, Field(index: index, kind: column.kind)].write(to: &writer)
            }
        }
        return writer.bytes
    }
}
