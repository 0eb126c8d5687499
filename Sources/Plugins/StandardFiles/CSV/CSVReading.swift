internal import Formats
internal import InputFiles
internal import PluginKit
internal import Records

/// Reads the pages of CSV files for one request.
final class CSVReading: Sendable {
    private let opener: CSVOpener
    private let pages: CutPages<CSVFilesCutter>

    init(
        _ choices: CSVReadChoices,
        shape: CSVShape,
        files: InputFiles,
        request: ReadRequest,
        in context: StageContext
    ) {
        let opener = CSVOpener(
            choices,
            shape: shape,
            files: files,
            request: request,
            pageSize: CSVCutter.PageSize(records: context.batchSize(columns: request.schema.width))
        )
        self.opener = opener
        pages = CutPages { position in
            let entries = try await files.entries(for: request, isStart: position.isStart)
            return CSVFilesCutter(opener, entries: entries, at: position)
        }
    }

    /// Appends the records of the page at a cursor.
    func read(
        at cursor: FileCursor?,
        for request: ReadRequest,
        into batch: inout Batch
    ) async throws -> Next<FileCursor> {
        let (page, next) = try await pages.page(at: cursor)
        guard let page else { return next }
        batch = Batch(opener.schema, capacity: page.content.reduce(0) { $0 + $1.page.recordCount })
        for part in page.content { try part.layout.append(part, to: &batch) }
        if opener.schema != request.schema { batch.reshape(to: request.schema) }
        return next
    }
}
