internal import Formats
public import PluginKit

/// Writes a number on each line.
public struct NumberLines: Sink {
    public static let name = "number-lines"
    public static let summary = "Writes a number on each line."
    public static let commitment = Commitment.files

    public struct Options: OptionGroup {
        @Option("The file to write.") public var path: OutputPath
        @Option("The column with the numbers.") public var column: ColumnName
        public init() {}
    }

    private let number: Field
    private let file: OutputFile

    public init(_ options: Options, input: Schema, in context: StageContext) throws {
        number = try input.field(options.column.name, kind: .integer, at: options.$column)
        file = OutputFile(options.path.path(in: context.run))
    }

    public func begin(at mark: LineMark?, attempt: Int) {}

    public func write(_ batch: inout Batch, at mark: LineMark?) throws -> LineMark {
        batch.reject { batch, row in batch.isNull(row, in: number) ? ("number-lines.null", "there is no number") : nil }
        var bytes: [UInt8] = []
        for row in 0..<batch.count { bytes += Array("\(batch.integer(row, in: number) ?? 0)\n".utf8) }
        let end = try file.write(bytes.span, at: mark?.bytes ?? 0)
        return LineMark(bytes: end, lines: (mark?.lines ?? 0) + batch.count)
    }

    public func parts(at mark: LineMark) -> [StagedFile] {
        [StagedFile(file.temporaryPath, bytes: mark.bytes, records: mark.lines, format: .lines)]
    }

    public func finish(at mark: LineMark?) throws -> Delivery<LineMark> {
        let mark = mark ?? LineMark(bytes: 0, lines: 0)
        let written = try file.complete(upTo: mark.bytes, records: mark.lines)
        return Delivery(at: mark, files: [written], written: mark.lines)
    }

    public func abandon(at mark: LineMark?) { file.discard() }
}

/// How many bytes and lines there are before it; a checkpoint keeps it as text.
public struct LineMark: LosslessStringConvertible, Sendable {
    public let bytes: Int
    public let lines: Int

    public init(bytes: Int, lines: Int) {
        self.bytes = bytes
        self.lines = lines
    }

    public init?(_ description: String) {
        let parts = description.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2 else { return nil }
        self.init(bytes: parts[0], lines: parts[1])
    }

    public var description: String { "\(bytes):\(lines)" }
}
