internal import Formats
internal import InputFiles
internal import PluginKit
internal import Records

/// Opens the files of a source at any place, and knows how the records of each become those of a batch.
final class CSVOpener: Sendable {
    let pageSize: CSVCutter.PageSize
    /// The columns that are filled: those that are requested, and those whose values are checked.
    let schema: Schema
    private let choices: CSVReadChoices
    private let shape: CSVShape
    private let files: InputFiles
    /// The layout of the file that was opened last: its next page needs it.
    private let last = Locked<(file: Int, layout: CSVFileLayout)?>(nil)

    init(
        _ choices: CSVReadChoices,
        shape: CSVShape,
        files: InputFiles,
        request: ReadRequest,
        pageSize: CSVCutter.PageSize
    ) {
        self.choices = choices
        self.shape = shape
        self.files = files
        self.pageSize = pageSize
        // Whether a record is rejected must not depend on what is requested.
        let checked = Set(shape.columns.filter { $0.reader != nil || $0.holdsJSON }.map(\.name))
        schema = shape.schema.keeping { request.wants($0.name) || checked.contains($0.name) }
    }

    /// Opens a file at a place; at its beginning, after the header.
    func open(_ entry: InputFileEntry, at position: FileCursor) async throws -> CSVOpenFile {
        var (offset, line) = (position.offset, position.line)
        if offset == 0, let start = entry.start { (offset, line) = (start.offset, start.lines + 1) }
        guard offset > 0 else {
            let (cutter, input, layout) = try await beginning(of: entry, file: position.file)
            return CSVOpenFile(name: entry.name, cutter: cutter, layout: layout, input: input)
        }
        let known = last.withLock { $0?.file == position.file ? $0?.layout : nil }
        let layout = if let known { known } else { try await beginning(of: entry, file: position.file).layout }
        let input = try await TextInput(entry, of: files, encoding: shape.dialect.encoding, at: offset)
        let cutter = CSVCutter(
            shape.dialect.syntax,
            name: entry.name,
            offset: offset,
            line: line,
            expectedSize: entry.size.map { max($0 - offset, 0) }
        )
        return CSVOpenFile(name: entry.name, cutter: cutter, layout: layout, input: input)
    }

    /// Opens a file and reads its header.
    private func beginning(
        of entry: InputFileEntry,
        file: Int
    ) async throws -> (cutter: CSVCutter, input: TextInput, layout: CSVFileLayout) {
        let dialect = shape.dialect
        let input = try await TextInput(entry, of: files, encoding: dialect.encoding)
        let cutter = CSVCutter(dialect.syntax, name: entry.name, expectedSize: entry.size)
        let head = try await cutter.head(of: input, skipping: dialect.skippedLines, isHeader: dialect.hasHeader)
        let layout = try CSVFileLayout(head, of: entry.name, shape: shape, choices: choices, into: schema)
        last.withLock { $0 = (file, layout) }
        return (cutter, input, layout)
    }
}
