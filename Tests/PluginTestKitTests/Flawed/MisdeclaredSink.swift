import Formats
import PluginKit

/// Writes a number on each line, and states something else about its file.
struct MisdeclaredSink: Sink {
    static let name = "misdeclared"
    static let summary = "Writes numbers, and states something else."
    static let commitment = Commitment.files

    enum Flaw: String, CaseIterable, OptionValue {
        case none
        /// A header line, and every line is said to be a record.
        case headerAsLines = "header-as-lines"
        /// A header line in a file of which only the parts are said to have none.
        case headerOfParts = "header-of-parts"
        /// A header line in a file of which only the complete one is said to have none.
        case headerOfFile = "header-of-file"
        /// A header line in CSV that is said to have none.
        case headerInCSV = "header-in-csv"
        /// No header in CSV that is said to have one.
        case noHeader = "no-header"
        /// A part that is said to hold a record more.
        case partRecords = "part-records"
        /// A file that is said to hold a record more.
        case fileRecords = "file-records"
        /// A file that is said to be shorter.
        case fileBytes = "file-bytes"
        /// A line end before each record but the first, and none after the last.
        case separates
        /// A quote in a field without quotes, which hides the line ends after it.
        case quotes
        /// A number of records at the top, corrected at the end.
        case rewrites
    }

    struct Options: OptionGroup {
        @Option("Where to write.") var path: OutputPath
        @Option("What is wrong with it.") var flaw = Flaw.none
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

    private let flaw: Flaw
    private let number: Field
    private let file: OutputFile

    init(_ options: Options, input: Schema, in context: StageContext) throws {
        flaw = options.flaw
        number = try input.field("n")
        file = OutputFile(options.path.path(in: context.run))
    }

    private var hasHeader: Bool {
        switch flaw {
        case .headerAsLines, .headerOfParts, .headerOfFile, .headerInCSV, .rewrites: true
        default: false
        }
    }

    private var format: RecordFormat {
        switch flaw {
        case .headerOfParts, .headerOfFile, .noHeader, .rewrites: .csv(hasHeader: true)
        case .headerInCSV, .quotes: .csv(hasHeader: false)
        default: .lines
        }
    }

    func begin(at mark: Mark?, attempt: Int) {}

    func write(_ batch: inout Batch, at mark: Mark?) throws -> Mark {
        var mark = mark ?? Mark()
        var text = mark.bytes == 0 && hasHeader ? "0 records\n" : ""
        for row in 0..<batch.count {
            let line =
                "\(batch.integer(row, in: number).map { "\($0)" } ?? "-")\(flaw == .quotes && row == 0 ? "\"" : "")"
            if flaw == .separates {
                text += (mark.records + row == 0 ? "" : "\n") + line
            } else {
                text += line + "\n"
            }
        }
        mark.bytes = try file.write(Array(text.utf8).span, at: mark.bytes)
        mark.records += batch.count
        return mark
    }

    func parts(at mark: Mark) -> [StagedFile] {
        [
            StagedFile(
                file.temporaryPath,
                bytes: mark.bytes,
                records: mark.records + (flaw == .partRecords ? 1 : 0),
                format: flaw == .headerOfParts ? .lines : format
            )
        ]
    }

    func finish(at mark: Mark?) throws -> Delivery<Mark> {
        let mark = mark ?? Mark()
        if flaw == .rewrites, mark.bytes > 0 {
            try file.write([UInt8(ascii: "0") + UInt8(mark.records % 9 + 1)].span, at: 0)
        }
        var pending = try file.complete(upTo: mark.bytes, records: mark.records)
        if flaw == .fileRecords || flaw == .fileBytes {
            pending = StagedFile(
                pending.temporaryPath,
                to: pending.path,
                bytes: pending.bytes - (flaw == .fileBytes && pending.bytes > 1 ? 1 : 0),
                records: pending.records + (flaw == .fileRecords ? 1 : 0)
            )
        }
        pending.format = flaw == .headerOfFile ? .lines : format
        return Delivery(at: mark, files: [pending], written: mark.records)
    }

    func abandon(at mark: Mark?) { file.discard() }
}
