internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// Reads the pages of an export. Keeps open what it has open, so that a page goes on where the last one ended; that is
/// only a shortcut: every page can be found again from its cursor alone.
actor ExportReading {
    private let options: TraktExportSource.Options
    private let record: TraktRecord
    /// How a page becomes rows: made once for all pages.
    private let rows: JSONRows
    private let context: StageContext
    private let wantsTimeZone: Bool
    private var contents: Contents?
    private var open: ExportPageReader?

    /// The files of an export, and those that are pages of the data, in their order.
    private struct Contents {
        let files: ExportFiles
        let pages: [ExportPage]
        /// The account's time zone; nil if nobody wants it, or the export does not tell.
        let timeZone: String?
    }

    init(_ options: TraktExportSource.Options, _ record: TraktRecord, _ schema: Schema, _ context: StageContext) {
        self.options = options
        self.record = record
        rows = record.rows(for: schema)
        self.context = context
        wantsTimeZone = schema.columns.contains { $0.name == "time_zone" }
    }

    /// Appends the records of one file from the cursor on, a batch of them at most.
    func read(at cursor: ExportCursor, into batch: inout Batch) throws(Diagnostic) -> Next<ExportCursor> {
        let contents = try lookedInto()
        guard cursor.page < contents.pages.count else { return .end }
        let page = contents.pages[cursor.page]
        var reader = try reader(of: page, at: cursor.record, in: contents.files)
        open = nil
        batch.origin = page.name
        let hasMore = try reader.read(into: &batch, atMost: context.batchSize)
        if reader.mismatches > 0 { warnOfMismatches(page) }
        record.tidy(&batch, about: page.subject?.type)
        record.leaveOut(&batch)
        if let zone = contents.timeZone { TraktRecord.fill("time_zone", zone, in: &batch) }
        if hasMore {
            open = reader
            return .at(ExportCursor(page: cursor.page, record: reader.recordsRead))
        }
        let next = cursor.page + 1
        return next < contents.pages.count ? .at(ExportCursor(page: next, record: 0)) : .end
    }

    /// The open reader if it stands at the record; else a new one that has gone there.
    private func reader(
        of page: ExportPage,
        at record: Int,
        in files: ExportFiles
    ) throws(Diagnostic) -> ExportPageReader {
        if let open, open.page == page, open.recordsRead == record { return open }
        var reader = try ExportPageReader(page, of: files, rows: rows)
        try reader.skip(record)
        return reader
    }

    /// The export's table of contents; looked into once.
    private func lookedInto() throws(Diagnostic) -> Contents {
        if let contents { return contents }
        let files = try ExportFiles(options.path)
        let catalogue = ExportCatalogue(files)
        let pages = try catalogue.pages(of: options.data)
        if pages.isEmpty {
            let absence = catalogue.absence(of: options.data, isRequired: options.required)
            // What is no export at all is refused, whether this part of it is needed or not.
            guard absence.severity < .error else { throw absence }
            context.log.say(absence)
        }
        for gap in catalogue.gaps(in: pages) { context.log.say(gap) }
        for failure in try ExportErrors(files).findings {
            if options.partial == .fail { throw failure.raised }
            context.log.say(failure)
        }
        let contents = Contents(files: files, pages: pages, timeZone: timeZone(in: files))
        self.contents = contents
        return contents
    }

    private func timeZone(in files: ExportFiles) -> String? {
        guard wantsTimeZone, let name = files.names.first(where: Self.isSettings) else { return nil }
        // Settings that cannot be read are settings that do not tell.
        return try? TraktSettings(try files.bytes(of: name)).timeZone
    }

    private static func isSettings(_ path: String) -> Bool {
        let name = path.split(separator: "/").last?.lowercased()
        return name == "user-settings.json" || name == "settings.json"
    }

    private func warnOfMismatches(_ page: ExportPage) {
        context.log.say(
            Diagnostic(
                "trakt-export.unexpected",
                "\(page.name) holds values of an unexpected kind, such as a text where a number should be; "
                    + "they are taken as missing",
                at: .file(options.path),
                severity: .warning
            )
        )
    }
}

extension Diagnostic {
    /// A warning that has become an error.
    fileprivate var raised: Diagnostic {
        var raised = self
        raised.severity = .error
        return raised
    }
}
