internal import Formats
internal import InputFiles
internal import PluginKit

/// Cuts the pages of several CSV files; a page may have the records of several small ones.
final class CSVFilesCutter: PageCutter, @unchecked Sendable {
    // Sendable: used by one task at a time; `CutPages` hands it over under its lock.

    private let opener: CSVOpener
    private let entries: [InputFileEntry]
    private var position: FileCursor
    private var file: CSVOpenFile?

    init(_ opener: CSVOpener, entries: [InputFileEntry], at position: FileCursor) {
        self.opener = opener
        self.entries = entries
        self.position = position
    }

    func next() async throws -> CutPage<[CSVPart]>? {
        let start = position
        var parts: [CSVPart] = []
        var left = (records: opener.pageSize.records, bytes: opener.pageSize.bytes)
        while left.records > 0, left.bytes > 0, position.file < entries.count {
            do {
                guard let page = try await page(atMost: left) else {
                    file = nil
                    position = FileCursor(file: position.file + 1)
                    continue
                }
                left.records -= page.page.recordCount
                left.bytes -= page.page.size
                parts.append(page)
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
    private func page(atMost left: (records: Int, bytes: Int)) async throws -> CSVPart? {
        let file: CSVOpenFile
        if let known = self.file {
            file = known
        } else {
            file = try await opener.open(entries[position.file], at: position)
            self.file = file
        }
        file.cutter.pageSize = CSVCutter.PageSize(records: left.records, bytes: left.bytes)
        guard let page = try await file.nextPage() else { return nil }
        position = FileCursor(
            file: position.file,
            offset: file.cutter.offset,
            line: file.cutter.line,
            record: position.record + page.recordCount
        )
        return CSVPart(page: page, layout: file.layout, name: file.name)
    }
}
