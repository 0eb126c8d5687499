internal import Formats
package import PluginKit

/// Writes a line for each record, with the mistakes that its options ask for.
package struct Lines: Sink {
    package static let name = "lines"
    package static let summary = "Writes a line for each record."
    package static let commitment = Commitment.files

    package struct Options: OptionGroup {
        @Option("Where to write.") var path: OutputPath
        @Option(OnExisting.help) var onExisting: OnExisting?
        @Option("What to write, in this order; all columns if it is empty.") var columns: [ColumnName] = ["n"]
        @Option("Numbers that cannot be used.") var reject: [Int] = []
        @Option("Numbers that are accepted and then left out.") var skip: [Int] = []
        @Option("Where it fails.") var fail = Failure.never
        @Option("How many records too many it says it wrote.") var lie = 0
        @Option("Numbers that it refuses the whole batch for.") var refuse: [Int] = []
        @Option("How long it takes for a batch.") var takes: Duration?
        @Option("A number behind which it writes a line too many.") var spill: Int?
        package init() {}
    }

    package enum Failure: String, CaseIterable, OptionValue {
        case never, write, finish
    }

    /// Bytes, records and left-out records before the mark.
    package struct Mark: LosslessStringConvertible, Sendable {
        var bytes = 0
        var records = 0
        var skipped = 0

        init() {}

        package init?(_ description: String) {
            let parts = description.split(separator: ",").compactMap { Int($0) }
            guard parts.count == 3 else { return nil }
            (bytes, records, skipped) = (parts[0], parts[1], parts[2])
        }

        package var description: String { "\(bytes),\(records),\(skipped)" }
    }

    private let options: Options
    private let fields: [Field]
    private let number: Field?
    private let file: OutputFile
    private let time: any TimeSource

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        self.options = options
        let isPicky =
            !options.reject.isEmpty || !options.skip.isEmpty || !options.refuse.isEmpty || options.spill != nil
        time = context.time
        number = isPicky ? try input.field("n") : nil
        fields =
            options.columns.isEmpty
            ? input.fields : try options.columns.map { try input.field($0.name, at: options.$columns) }
        file = OutputFile(options.path.path(in: context.run))
    }

    package func begin(at mark: Mark?, attempt: Int) {}

    package func write(_ batch: inout Batch, at mark: Mark?) async throws -> Mark {
        if let takes = options.takes { try await time.sleep(until: time.now + takes) }
        for row in 0..<batch.count {
            guard let number, let n = batch.integer(row, in: number), options.refuse.contains(Int(n)) else { continue }
            throw StageFailure.badBatch(
                Diagnostic("lines.refused", message: "there is a number that cannot be written")
            )
        }
        Trace.current?.note("lines writes \(batch.count)")
        if options.fail == .write { throw Diagnostic("lines.write", message: "the pen is dry") }
        let number = number
        batch.reject { batch, row in
            guard let number, let n = batch.integer(row, in: number), options.reject.contains(Int(n)) else {
                return nil
            }
            return ("lines.rejected", "no line for \(n)")
        }
        var mark = mark ?? Mark()
        var bytes: [UInt8] = []
        for row in 0..<batch.count {
            if let number, let n = batch.integer(row, in: number), options.skip.contains(Int(n)) {
                mark.skipped += 1
                continue
            }
            mark.records += 1
            if let number, let n = batch.integer(row, in: number), n == options.spill.map(Int64.init) {
                bytes.append(0x0A)
            }
            bytes += Array(fields.map { Self.text(batch[row, $0]) }.joined(separator: ",").utf8) + [0x0A]
        }
        mark.bytes = try file.write(bytes.span, at: mark.bytes)
        return mark
    }

    package func parts(at mark: Mark) -> [StagedFile] {
        [StagedFile(file.temporaryPath, bytes: mark.bytes, records: mark.records, format: .lines)]
    }

    package func finish(at mark: Mark?) throws -> Delivery<Mark> {
        if options.fail == .finish { throw Diagnostic("lines.finish", message: "the ink does not dry") }
        let mark = mark ?? Mark()
        var written = try file.complete(upTo: mark.bytes, records: mark.records)
        written.format = .lines
        return Delivery(
            at: mark,
            files: [written],
            written: mark.records + options.lie,
            filtered: mark.skipped > 0 ? [Filtered("skipped numbers", count: mark.skipped)] : [],
            remarks: ["\(mark.records) lines"]
        )
    }

    package func abandon(at mark: Mark?) { file.discard() }

    private static func text(_ value: Value) -> String {
        switch value {
        case .null: "-"
        // As a number, which is easier to compare.
        case .instant(let value): "\(value)"
        default: value.plainText
        }
    }
}

extension Lines {
    /// The columns that it writes, and the numbers where it looks at them.
    package var needs: Needs {
        options.columns.isEmpty ? .all : .columns(options.columns.map(\.name) + (number == nil ? [] : ["n"]))
    }
}

extension Lines {
    /// The columns, if they are chosen.
    package var contents: FileContents? {
        options.columns.isEmpty
            ? nil
            : FileContents(form: "lines", schema: Schema(options.columns.map { Schema.Column($0.name, kind: .text) }))
    }
}
