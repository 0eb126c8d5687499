internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// Reads the pages of an export, one at a time.
///
/// Keeps open what it has open, so that a page goes on where the last one ended; that is only a shortcut: every page can
/// be found again from its cursor alone.
final class ExportReading: Sendable {
    private let options: TraktExportSource.Options
    private let record: TraktRecord
    /// How a page becomes rows: made once for all pages.
    private let rows: JSONRows
    private let context: StageContext
    private let wantsTimeZone: Bool
    // A lock and no actor: an actor's calls may suspend, and reading a file never waits for anything else.
    private let opened = Guarded(Opened())

    /// What is open.
    private struct Opened {
        var contents: Contents?
        var reader: ExportPageReader?

        /// The open reader if it stands at the record.
        func reader(of page: ExportPage, at record: Int) -> ExportPageReader? {
            guard let reader, reader.page == page, reader.recordsRead == record else { return nil }
            return reader
        }
    }

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

    /// Appends the records of one file or of several from the cursor on, a batch of them at most.
    func read(at cursor: ExportCursor, into batch: inout Batch) throws(Diagnostic) -> Next<ExportCursor> {
        try opened.withLock { opened throws(Diagnostic) in try read(at: cursor, into: &batch, with: &opened) }
    }

    private func read(
        at cursor: ExportCursor,
        into batch: inout Batch,
        with opened: inout Opened
    ) throws(Diagnostic) -> Next<ExportCursor> {
        let contents = if let known = opened.contents { known } else { try lookInto() }
        opened.contents = contents
        guard cursor.page < contents.pages.count else { return .end }
        let next = try fill(&batch, from: cursor, of: contents, with: &opened)
        record.tidy(&batch, about: contents.pages[cursor.page].subject?.type)
        record.leaveOut(&batch)
        if let zone = contents.timeZone { TraktRecord.fill("time_zone", zone, in: &batch) }
        return next
    }

    /// Appends records until the batch is full, or what comes next is about something else.
    ///
    /// A file has 250 plays, and what there is to do for a batch would often be done for few records.
    private func fill(
        _ batch: inout Batch,
        from cursor: ExportCursor,
        of contents: Contents,
        with opened: inout Opened
    ) throws(Diagnostic) -> Next<ExportCursor> {
        let subject = contents.pages[cursor.page].subject
        var next = cursor
        repeat {
            let page = contents.pages[next.page]
            var reader: ExportPageReader
            if let open = opened.reader(of: page, at: next.record) {
                reader = open
            } else {
                reader = try ExportPageReader(page, of: contents.files, rows: rows)
                try reader.skip(next.record)
            }
            opened.reader = nil
            batch.begin(page.name)
            let hasMore = try reader.read(into: &batch, atMost: context.batchSize - batch.count)
            if reader.mismatches > 0 { warnOfMismatches(page) }
            if hasMore {
                opened.reader = reader
                return .at(ExportCursor(page: next.page, record: reader.recordsRead))
            }
            next = ExportCursor(page: next.page + 1, record: 0)
            guard next.page < contents.pages.count else { return .end }
        } while batch.count < context.batchSize && contents.pages[next.page].subject == subject
        return .at(next)
    }

    /// The export's table of contents, and what there is to say about it.
    private func lookInto() throws(Diagnostic) -> Contents {
        let files = try ExportFiles(options.path.path)
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
        return Contents(files: files, pages: pages, timeZone: timeZone(in: files))
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
                at: .file(options.path.path),
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
