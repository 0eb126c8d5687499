public import PluginKit

/// Writes records as a table in Markdown.
///
///     | path | status |
///     | --- | --- |
///     | /films/heat | 200 |
public struct MarkdownTable: Sink {
    public static let name = "markdown-table"
    public static let summary = "Writes records as a table in Markdown."
    /// Files are all that becomes visible: the engine publishes them, and there is no `commit`.
    public static let commitment = Commitment.files

    public struct Options: OptionGroup {
        @Option("The file to write.") public var path: OutputPath
        @Option("The columns of the table, in this order; all if not given.") public var columns: [ColumnName]?
        public init() {}
    }

    private let names: [String]
    private let fields: [Field]
    private let file: OutputFile

    public init(_ options: Options, input: Schema, in context: StageContext) throws {
        let names = options.columns?.map(\.name) ?? input.names
        fields = try names.map { name in try input.field(name, at: options.$columns) }
        self.names = names
        file = OutputFile(options.path.path(in: context.run))
    }

    /// So that sources leave out the other columns.
    public var needs: Needs { .columns(names) }

    public func begin(at mark: TableMark?, attempt: Int) {}

    public func write(_ batch: inout Batch, at mark: TableMark?) throws -> TableMark {
        // Only a table that begins has a head: after a checkpoint, the mark is there.
        var bytes = mark == nil ? head : []
        for row in 0..<batch.count {
            bytes += Array("|".utf8)
            for field in fields { bytes += Array(" \(Self.escaped(batch[row, field])) |".utf8) }
            bytes.append(UInt8(ascii: "\n"))
        }
        let end = try file.write(bytes.span, at: mark?.bytes ?? 0)
        return TableMark(bytes: end, records: (mark?.records ?? 0) + batch.count)
    }

    public func parts(at mark: TableMark) -> [StagedFile] {
        [StagedFile(file.temporaryPath, bytes: mark.bytes, records: mark.records)]
    }

    public func finish(at mark: TableMark?) throws -> Delivery<TableMark> {
        // With no record at all there is a table with a head alone.
        var mark = mark ?? TableMark(bytes: 0, records: 0)
        if mark.bytes == 0 { mark = TableMark(bytes: try file.write(head.span, at: 0), records: 0) }
        let written = try file.complete(upTo: mark.bytes, records: mark.records)
        return Delivery(at: mark, files: [written], written: mark.records)
    }

    public func abandon(at mark: TableMark?) { file.discard() }

    private var head: [UInt8] {
        Array(("|" + names.map { " \($0) |" }.joined() + "\n|" + names.map { _ in " --- |" }.joined() + "\n").utf8)
    }

    /// A cell without what would end it.
    private static func escaped(_ value: Value) -> String {
        value.plainText.replacing("|", with: "\\|").replacing("\n", with: " ")
    }
}

/// How many bytes and records there are before it; as text `120:3`.
public struct TableMark: LosslessStringConvertible, Sendable {
    let bytes: Int
    let records: Int

    init(bytes: Int, records: Int) {
        self.bytes = bytes
        self.records = records
    }

    /// Reads a mark of a checkpoint.
    public init?(_ description: String) {
        let parts = description.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, parts.allSatisfy({ $0 >= 0 }) else { return nil }
        self.init(bytes: parts[0], records: parts[1])
    }

    /// The mark as a checkpoint keeps it.
    public var description: String { "\(bytes):\(records)" }
}
