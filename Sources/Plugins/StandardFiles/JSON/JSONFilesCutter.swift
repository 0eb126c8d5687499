internal import Formats
internal import InputFiles
internal import PluginKit

/// The records of one file in a page.
struct JSONPart: Sendable {
    let page: JSONPage
    /// The name of the file.
    let name: String
}

/// Cuts the pages of several JSON files; a page may have the records of several small ones.
final class JSONFilesCutter: PageCutter, @unchecked Sendable {
    // Sendable: used by one task at a time; `CutPages` hands it over under its lock.

    private let layout: JSONLayout
    private let files: InputFiles
    private let entries: [InputFileEntry]
    private let mostRecords: Int
    private var position: FileCursor
    private var file: JSONOpenFile?

    /// The bytes with which a page is complete.
    private static let usualBytes = 512 << 10

    init(
        _ layout: JSONLayout,
        of files: InputFiles,
        entries: [InputFileEntry],
        mostRecords: Int,
        at position: FileCursor
    ) {
        self.layout = layout
        self.files = files
        self.entries = entries
        self.mostRecords = mostRecords
        self.position = position
    }

    func next() async throws -> CutPage<[JSONPart]>? {
        let start = position
        var parts: [JSONPart] = []
        var left = (records: mostRecords, bytes: Self.usualBytes)
        while left.records > 0, left.bytes > 0, position.file < entries.count {
            do {
                guard let part = try await part(atMost: left) else {
                    file = nil
                    position = FileCursor(file: position.file + 1)
                    continue
                }
                left.records -= part.page.recordCount
                left.bytes -= part.page.size
                parts.append(part)
            } catch {
                file = nil
                // The records before the failure are read first; the next page reports it.
                guard !parts.isEmpty, ReadingFailure.isPermanent(error) else { throw error }
                break
            }
        }
        return parts.isEmpty ? nil : CutPage(start: start, content: parts, end: position)
    }

    /// The next page of the present file; nil at its end.
    private func part(atMost left: (records: Int, bytes: Int)) async throws -> JSONPart? {
        let file: JSONOpenFile
        if let known = self.file {
            file = known
        } else {
            file = try await JSONOpenFile(entries[position.file], of: files, layout: layout, at: position)
            self.file = file
        }
        guard let page = try await file.nextPage(mostRecords: left.records, usualBytes: left.bytes) else { return nil }
        let name = entries[position.file].name
        if file.cutter.isAtEnd {
            // The rest of the file does not show that its list has ended.
            self.file = nil
            position = FileCursor(file: position.file + 1)
        } else {
            position = FileCursor(
                file: position.file,
                offset: file.cutter.offset,
                line: layout.form == .lines ? file.cutter.number : 1,
                record: layout.form == .lines ? position.record + page.recordCount : file.cutter.number - 1
            )
        }
        return JSONPart(page: page, name: name)
    }
}
