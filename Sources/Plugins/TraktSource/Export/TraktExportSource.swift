internal import Diagnostics
package import PluginKit

/// Reads the ZIP of a user's data that trakt.tv offers for download, or its unpacked folder.
///
/// A page is up to a batch of records of one file of the export; the cursor is the index of the file in the order of
/// pages and the record in it. Files are opened one at a time, and the archive is never in memory as a whole.
package struct TraktExportSource: DeclaredSource {
    package static let name = "trakt-export"
    package static let summary = "Reads the export ZIP of a Trakt account, or its unpacked folder."
    package static let details = """
        The export is free for every account: https://app.trakt.tv/settings/data. It reads the current flat layout \
        (`watched-history-1.json` …) and the folders of earlier ones (`NAME/watched/history-1.json` …).

        Times are instants, not days. A play at an unknown date, which Trakt writes as 1970-01-01, has no \
        `watched_at`. A time without a zone is one of the account's zone, and a record with a time that cannot be \
        read is rejected (`trakt-export.time`): see [times](../failures.md#times). Shows, seasons and episodes have \
        the columns that begin with `show`, `season` and `episode`; `title`, `year`, `trakt`, `slug`, `imdb` and \
        `tmdb` are a film's alone, so no id of television is taken for one.

        Replies to other people's comments are left out. A record that is also on the page before, as happens when \
        something is logged while Trakt makes the export, comes once.

        An export that is not complete ends the run: where it states that parts failed (`_errors.json`), a page is \
        missing between others or has lost its name, or it has fewer different records than it states itself. \
        Compared are plays with `watched-movies`, `watched-shows` and `user-stats`, titles watched, ratings, \
        comments and the collection with `user-stats`, a list with its `item_count`, all with `total_count` where \
        Trakt gives it; where nothing is stated, the lengths of the pages are checked. A number other than that of \
        the plays of all titles may lag by 1 %: that is a warning. The check comes after the last page, so not where \
        a run reads a part (`--limit`).
        """
    package static let columns = TraktRecord.reference
    package static let example: String? = """
        [[source]]
        use = "trakt-export"
        path = "trakt-export.zip"
        data = "history"
        """

    /// Reading a page from the archive is as fast as reading it from a cache file.
    package static let isCacheable = false

    package struct Options: OptionGroup {
        @Option("The downloaded ZIP, or the folder that it was unpacked to.")
        package var path: InputPath

        @Option("The kind of data to read.")
        package var data: TraktData

        @Option("Whether an export without a file for this data is refused; if not, the data is treated as empty.")
        package var required = true

        @Option("What to do with an export that is not complete: end the run, or continue with a warning.")
        package var partial = PartialExport.fail

        package init() {}
    }

    package let schema: Schema
    package let needsWhole: String? = "only each page states where the next one begins"
    private let readings = PerRequest<ExportReading>()
    private let record: TraktRecord
    private let options: Options
    private let context: StageContext

    package init(_ options: Options, in context: StageContext) {
        record = TraktRecord(options.data)
        schema = record.schema { _ in true }
        self.options = options
        self.context = context
    }

    package var fingerprint: String? { ExportFingerprint.text(of: options.path.path) }

    package func read(
        at cursor: ExportCursor?,
        for request: ReadRequest,
        into batch: inout Batch
    ) async throws -> Next<ExportCursor> {
        let reading = prepared(for: request)
        batch = Batch(reading.schema, capacity: context.batchSize)
        let next = try reading.read(at: cursor ?? ExportCursor(page: 0, record: 0), into: &batch)
        batch.reshape(to: request.schema)
        return next
    }

    private func prepared(for request: ReadRequest) -> ExportReading {
        readings.value(for: request) { ExportReading(options, record: record, request: request, in: context) }
    }
}

/// What to do with an incomplete export.
package enum PartialExport: String, CaseIterable, OptionValue {
    case warn
    case fail
}

/// Where a page of an export begins: a file and a record in it, both counted from 0.
package struct ExportCursor: LosslessStringConvertible, Hashable, Sendable {
    /// The index of the file in the order of pages.
    package let page: Int
    /// The record in it.
    package let record: Int

    package init(page: Int, record: Int) {
        self.page = page
        self.record = record
    }

    package init?(_ description: String) {
        let parts = description.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let page = parts[0], let record = parts[1], page >= 0, record >= 0 else { return nil }
        self.init(page: page, record: record)
    }

    package var description: String { "\(page):\(record)" }
}
