internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// Reads the pages of an export, one at a time, and counts their records; after the last page, it checks whether the
/// export is complete.
///
/// It keeps files open, so that a page continues where the last one ended, and keeps its counts; this is only an
/// optimisation: every page can be found again from its cursor, and what an earlier process has read is counted again
/// before the check.
final class ExportReading: Sendable {
    private let options: TraktExportSource.Options
    private let record: TraktRecord
    /// The conversion of a page to rows: created once for all pages.
    private let rows: JSONRows
    /// The columns that are read: those that are wanted, and those that identify records.
    let schema: Schema
    private let keys: RecordKeys
    private let context: StageContext
    private let wantsTimeZone, needsTimeZone: Bool
    // A lock and no actor: an actor's calls may suspend, and reading a file never waits for anything else.
    private let opened = Locked(Opened())

    /// The open files.
    private struct Opened {
        var contents: Contents?
        var page: CountedPage?
        /// The end of the page that was read last.
        var seam: PageSeam?
        var census = ExportCensus()

        /// Removes and returns the open page if it is at the record.
        mutating func takePage(_ index: Int, at record: Int) -> CountedPage? {
            guard let page, page.index == index, page.reader.recordsRead == record else { return nil }
            self.page = nil
            return page
        }
    }

    /// The files of an export, and those that are pages of the data, in their order.
    private struct Contents {
        let files: ExportFiles
        let catalogue: ExportCatalogue
        let pages: [ExportPage]
        /// Opens pages before they are needed.
        let ahead: PagesAhead
        /// The account's time zone; nil if it is not needed, or if the export does not state it.
        let timeZone: String?
    }

    init(
        _ options: TraktExportSource.Options,
        record: TraktRecord,
        request: ReadRequest,
        in context: StageContext
    ) {
        self.options = options
        self.record = record
        schema = record.schema(always: RecordKeys.columns(of: options.data)) { request.wants($0) }
        rows = record.rows(for: schema)
        keys = RecordKeys(options.data, in: schema)
        self.context = context
        wantsTimeZone = request.wants("time_zone")
        needsTimeZone = request.needs("time_zone")
    }

    /// Appends the records of one file or of several from the cursor on, at most a batch; after the last file, checks
    /// what was read.
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
        guard cursor.page < contents.pages.count else {
            try check(contents, with: &opened)
            return .end
        }
        var odd: [JSONRows.OddInstant] = []
        var repeats: [Int] = []
        let next = try fill(&batch, from: cursor, of: contents, with: &opened, odd: &odd, repeats: &repeats)
        if !repeats.isEmpty {
            let repeats = Set(repeats)
            batch.keep(orFilterAs: "repeats of the page before") { _, row in !repeats.contains(row) }
        }
        try see(to: odd, without: repeats, in: &batch, of: contents)
        record.tidy(&batch, about: contents.pages[cursor.page].subject?.type)
        record.leaveOut(&batch)
        if let zone = contents.timeZone { TraktRecord.fill("time_zone", with: zone, in: &batch) }
        // The check is a page of a list with one entry, which a run in parts can read as well.
        return next.page < contents.pages.count ? .at(next) : .pages([next])
    }

    /// Appends records until the batch is full, or the next records have another subject.
    ///
    /// A file has 250 plays, and work per batch would often be done for few records.
    private func fill(
        _ batch: inout Batch,
        from cursor: ExportCursor,
        of contents: Contents,
        with opened: inout Opened,
        odd: inout [JSONRows.OddInstant],
        repeats: inout [Int]
    ) throws(Diagnostic) -> ExportCursor {
        let subject = contents.pages[cursor.page].subject
        var next = cursor
        repeat {
            var page =
                if let page = opened.takePage(next.page, at: next.record) {
                    page
                } else {
                    try open(next, of: contents, with: &opened)
                }
            batch.begin(page.page.name)
            let hasMore = try page.read(
                into: &batch,
                atMost: context.batchSize(columns: schema.width) - batch.count,
                addingTo: &opened.census,
                repeats: &repeats
            )
            if page.reader.mismatches > 0 { warnOfMismatches(page.page) }
            odd += page.reader.oddInstants
            if hasMore {
                next = ExportCursor(page: next.page, record: page.reader.recordsRead)
                opened.page = page
                break
            }
            close(page, with: &opened)
            next = ExportCursor(page: next.page + 1, record: 0)
        } while batch.count < context.batchSize(columns: schema.width) && next.page < contents.pages.count
            && contents.pages[next.page].subject == subject
        return next
    }

    // MARK: Pages

    /// Opens a page and skips to a record, counting those before it.
    private func open(
        _ cursor: ExportCursor,
        of contents: Contents,
        with opened: inout Opened
    ) throws(Diagnostic) -> CountedPage {
        let seam = try seam(before: cursor.page, of: contents, with: &opened)
        let reader =
            if let ready = contents.ahead.take(cursor.page) { ready } else {
                try reader(of: cursor.page, in: contents)
            }
        var page = CountedPage(reader, at: cursor.page, keys: keys, after: seam)
        try pass(&page, to: cursor.record, with: &opened)
        return page
    }

    private func reader(of index: Int, in contents: Contents) throws(Diagnostic) -> ExportPageReader {
        try ExportPageReader(contents.pages[index], of: contents.files, rows: rows)
    }

    /// Counts records of a page without delivering them.
    private func pass(_ page: inout CountedPage, to record: Int, with opened: inout Opened) throws(Diagnostic) {
        var batch = Batch(schema)
        var repeats: [Int] = []
        while page.reader.recordsRead < record {
            batch.removeAll()
            let most = min(record - page.reader.recordsRead, context.batchSize(columns: schema.width))
            guard try page.read(into: &batch, atMost: most, addingTo: &opened.census, repeats: &repeats) else { return }
            repeats.removeAll()
        }
    }

    private func close(_ page: CountedPage, with opened: inout Opened) {
        if opened.census.pages[page.index] == nil { opened.census.note(page.count, at: page.index) }
        opened.seam = page.seam
    }

    /// The end of the page before one of the same name.
    private func seam(
        before index: Int,
        of contents: Contents,
        with opened: inout Opened
    ) throws(Diagnostic) -> PageSeam? {
        guard index > 0, contents.pages[index - 1].stem == contents.pages[index].stem else { return nil }
        if let seam = opened.seam, seam.page == index - 1 { return seam }
        var page = CountedPage(try reader(of: index - 1, in: contents), at: index - 1, keys: keys, after: nil)
        try pass(&page, to: .max, with: &opened)
        if opened.census.pages[page.index] == nil { opened.census.note(page.count, at: page.index) }
        return page.seam
    }

    // MARK: Findings

    /// Converts times without a zone to instants, and rejects records whose times cannot be read.
    ///
    /// - Parameters:
    ///   - odd: The times, by the rows of the batch as it was read.
    ///   - repeats: The rows that have been left out since, in their order.
    ///   - batch: The batch.
    ///   - contents: The contents of the export.
    /// - Throws: `trakt-export.settings` or `environment.time-zones`, if a time needs a zone that is not available.
    private func see(
        to odd: [JSONRows.OddInstant],
        without repeats: [Int],
        in batch: inout Batch,
        of contents: Contents
    ) throws(Diagnostic) {
        guard !odd.isEmpty else { return }
        let times = OddTimes(odd, without: repeats, of: batch.schema)
        if !times.local.isEmpty {
            let name = try wantsTimeZone ? contents.timeZone : timeZone(in: contents.files)
            times.place(in: try OddTimes.Zone(named: name, in: context), of: &batch)
        }
        times.reject(from: &batch, code: "trakt-export.time")
    }

    /// Reads the export's table of contents, and reports findings about it.
    private func lookInto() throws(Diagnostic) -> Contents {
        let files = try ExportFiles(options.path.path)
        let catalogue = ExportCatalogue(files)
        let pages = try catalogue.pages(of: options.data)
        if pages.isEmpty {
            let absence = catalogue.absence(of: options.data, isRequired: options.required)
            // A file that is not an export is refused, whether this part of it is needed or not.
            guard absence.severity < .error else { throw absence }
            context.log.say(absence)
        }
        reportSpecials(files, excluding: pages)
        let errors = try ExportErrors(files)
        for finding in errors.findings where !finding.concerns(options.data) { context.log.say(finding.diagnostic) }
        let stems = if case .list = options.data { Set(pages.map(\.stem)) } else { ExportCatalogue.stems(options.data) }
        for finding in catalogue.misnamed(ExportStatements.stems(for: options.data).subtracting(stems)) {
            context.log.say(finding)
        }
        if let strangers = catalogue.strangers(options.data) { context.log.say(strangers) }
        try say(
            errors.findings.filter { $0.concerns(options.data) }.map(\.diagnostic) + catalogue.gaps(in: pages)
                + catalogue.misnamed(stems)
        )
        return Contents(
            files: files,
            catalogue: catalogue,
            pages: pages,
            ahead: PagesAhead(pages, of: files, rows: rows),
            timeZone: wantsTimeZone ? try timeZone(in: files) : nil
        )
    }

    /// Reports that parts are missing, or refuses the export.
    ///
    /// - Throws: The first of the findings, if they end the run; the others are reported before.
    private func say(_ partial: [Diagnostic]) throws(Diagnostic) {
        guard options.partial == .fail, let first = partial.first else {
            for finding in partial { context.log.say(finding) }
            return
        }
        for finding in partial.dropFirst() { context.log.say(finding.raised) }
        throw first.raised
    }

    /// Compares what was read with what the export states.
    private func check(_ contents: Contents, with opened: inout Opened) throws(Diagnostic) {
        // What an earlier process has read is not known here.
        for index in contents.pages.indices where opened.census.pages[index] == nil {
            var page = try open(ExportCursor(page: index, record: 0), of: contents, with: &opened)
            try pass(&page, to: .max, with: &opened)
            close(page, with: &opened)
        }
        let statements = ExportStatements(
            of: options.data,
            pages: contents.pages,
            in: contents.files,
            catalogue: contents.catalogue
        )
        for finding in statements.findings { context.log.say(finding) }
        var found = opened.census.counts()
        if options.data == .collection,
            statements.all.contains(where: { $0.subject == .episodes && $0.count > found[.episodes] ?? 0 })
        {
            let inShows = try CollectedEpisodes.count(on: contents.pages, of: contents.files)
            found[.episodes] = max(found[.episodes] ?? 0, inShows)
        }
        let findings = ExportCheck(
            data: options.data,
            pages: contents.pages,
            counts: contents.pages.indices.map { opened.census.pages[$0] ?? ExportCensus.Page() },
            found: found,
            statements: statements.all,
            path: options.path.path
        ).findings
        for finding in findings where !finding.isPartial { context.log.say(finding.diagnostic) }
        try say(findings.filter(\.isPartial).map(\.diagnostic))
    }

    /// Reports irregular files that are not needed; those that are needed are refused when they are opened.
    private func reportSpecials(_ files: ExportFiles, excluding pages: [ExportPage]) {
        let needed = Set(pages.map(\.path))
        for (name, kind) in files.specials.sorted(by: { $0.key < $1.key }) where !needed.contains(name) {
            context.log.say(
                Diagnostic(
                    "trakt-export.not-a-file",
                    message: "\(name) is \(kind.rawValue), not a file; it is not read",
                    at: .file(options.path.path),
                    severity: .note
                )
            )
        }
    }

    /// The time zone in the account's settings; nil if there are no settings, or no zone in them.
    ///
    /// - Throws: `trakt-export.settings` if they cannot be read, and days depend on them.
    private func timeZone(in files: ExportFiles) throws(Diagnostic) -> String? {
        guard let name = files.names.first(where: Self.isSettings) else { return nil }
        if let settings = try? TraktSettings(try files.bytes(of: name)) { return settings.timeZone }
        guard needsTimeZone else { return nil }
        throw Diagnostic(
            "trakt-export.settings",
            message: "the account's settings cannot be read, so its time zone is not known: \(name)",
            at: .file(options.path.path),
            hint: "download the export again; or name the time zone where you watched, such as -D zone=Europe/Paris"
        )
    }

    private static func isSettings(_ path: String) -> Bool {
        let name = path.split(separator: "/").last?.lowercased()
        return name == "user-settings.json" || name == "settings.json"
    }

    private func warnOfMismatches(_ page: ExportPage) {
        context.log.say(
            Diagnostic(
                "trakt-export.unexpected",
                message: "\(page.name) has values of an unexpected kind, such as a text instead of a number; "
                    + "they are treated as missing",
                at: .file(options.path.path),
                severity: .warning
            )
        )
    }
}

extension Diagnostic {
    /// The same finding as an error instead of a warning.
    fileprivate var raised: Diagnostic {
        var raised = self
        raised.severity = .error
        return raised
    }
}
