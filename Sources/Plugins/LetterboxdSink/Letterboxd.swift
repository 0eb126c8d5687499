internal import Formats
public import PluginKit
public import Records

/// Writes the files for Letterboxd's import pages: diary, ratings, watchlist, list.
///
/// Records are written to a spool next to the files as they arrive, and become rows when all have arrived: only then is
/// it known whether a viewing is a rewatch, and which rating a film has. Records that are rejected or left out on their
/// own (no film, a show) are sorted out immediately.
public struct Letterboxd: Sink {
    /// The name in pipeline files.
    public static let name = "letterboxd"
    /// The summary on the reference page.
    public static let summary = "Writes CSV files for Letterboxd's import pages: diary, ratings, watchlist, list."

    /// The sink writes only files.
    public static let commitment = Commitment.files

    /// Why the sink needs all records: those of a film are combined.
    public let needsWhole: String? = "what is a rewatch and which rating a film has depends on all records"

    private let settings: Settings
    private let columns: InputColumns
    private let context: StageContext
    private let path: OutputPath
    private let spool: OutputFile

    /// Creates the sink for an input.
    ///
    /// - Throws: `letterboxd.columns` and `schema.kind` for the input; `zone.unknown`, `environment.time-zones` and
    ///   `option.range` for the options.
    public init(_ options: Options, input: Schema, in context: StageContext) throws {
        var problems = DiagnosticList()
        var settings: Settings?
        var columns: InputColumns?
        do throws(DiagnosticList) {
            settings = try options.settings(in: context)
        } catch {
            problems.append(contentsOf: error)
        }
        do throws(DiagnosticList) {
            columns = try InputColumns(options.content, zones: options.timeZone == "account", in: input)
        } catch {
            problems.append(contentsOf: error)
        }
        guard let settings, let columns else { throw problems }
        self.settings = settings
        self.columns = columns
        self.context = context
        path = options.path
        spool = OutputFile(options.path.path(in: context.run), suffix: ".spool")
    }

    /// Does nothing: each write truncates the spool to its mark.
    public func begin(at mark: Int?, attempt: Int) {}

    /// Writes the records that are films to the spool at `mark`, and returns the offset after them.
    ///
    /// - Throws: `environment.time-zones` if a record names a zone that is needed and that this machine does not have.
    public func write(_ batch: inout Batch, at mark: Int?) async throws -> Int {
        OtherKinds.filter(&batch, by: columns.type)
        if settings.content == .ratings, let rating = columns.rating {
            batch.keep(orFilterAs: "films without a rating") { batch, row in
                (RowEncoder.wholeRating(batch, row: row, field: rating) ?? 0) != 0
            }
        }
        var encoder = RowEncoder(settings, columns: columns)
        try encoder.encode(batch)
        for remark in encoder.remarks { batch.remark(remark) }
        reject(encoder.refused, in: &batch)
        if encoder.hasWrongRatings {
            warn(
                "letterboxd.rating",
                message: "ratings that are not from 1 to 10 were left empty",
                hint: "convert them first"
            )
        }
        return try spool.write(encoder.bytes.span, at: mark ?? 0)
    }

    /// The spool; its number of records is known only when it is read.
    public func parts(at mark: Int) -> [StagedFile] {
        [StagedFile(spool.temporaryPath, bytes: mark, records: 0)]
    }

    /// Makes the files from the content of the spool up to `mark`; the spool stays unchanged.
    public func finish(at mark: Int?) async throws -> Delivery<Int> {
        // Deletes files that an earlier attempt has completed, even if it was interrupted.
        PartWriter.discard(path, in: context.run)
        guard let mark else {
            spool.discard()
            return delivery(of: Completion.Result(), at: 0)
        }
        guard mark > 0 else { return delivery(of: Completion.Result(), at: mark) }
        let completion = Completion(
            settings: settings,
            path: path,
            run: context.run,
            spool: spool.temporaryPath,
            end: mark
        )
        return delivery(of: try completion.result(), at: mark)
    }

    /// Deletes the spool and the files made from it.
    public func abandon(at mark: Int?) async {
        PartWriter.discard(path, in: context.run)
        spool.discard()
    }

    private func reject(_ refused: [(row: Int, refusal: RowEncoder.Refusal)], in batch: inout Batch) {
        guard !refused.isEmpty else { return }
        var next = refused.startIndex
        batch.reject { _, row in
            guard next < refused.endIndex, refused[next].row == row else { return nil }
            defer { next += 1 }
            return refused[next].refusal.words(limit: settings.maxBytes)
        }
    }

    private func delivery(of result: Completion.Result, at mark: Int) -> Delivery<Int> {
        var remarks: [String] = []
        if result.files.isEmpty {
            remarks.append("there was nothing to write, so there is no \(path.path(in: context.run))")
        }
        if result.withoutID > 0 {
            remarks.append("rows without an id: \(result.withoutID); Letterboxd searches these films by title")
        }
        if result.tally.lostTexts > 0 {
            remarks.append("tags and reviews that did not fit into a joined row: \(result.tally.lostTexts)")
        }
        let local = settings.isLocalZone ? settings.zone : settings.accountZones.localIfUsed
        if settings.content == .diary, let local, result.tally.written > 0 {
            say(
                .note,
                code: "letterboxd.zone",
                message: "days are those of this machine's zone, \(local.name)",
                hint: "if you watched elsewhere, name that zone: time_zone = \"America/New_York\""
            )
        }
        if result.future > 0 {
            warn(
                "letterboxd.future",
                message: "\(result.future.counted("viewing has", plural: "viewings have")) a date in the future",
                hint: "Letterboxd may reject them; check the last rows"
            )
        }
        var delivery = Delivery(
            at: mark,
            files: result.files,
            written: result.tally.written,
            filtered: result.tally.filtered,
            remarks: remarks
        )
        delivery.earlierFiles = EarlierFiles.paths(of: path, in: context.run, excluding: result.files)
        return delivery
    }

    private func warn(_ code: Diagnostic.Code, message: String, hint: String) {
        say(.warning, code: code, message: message, hint: hint)
    }

    private func say(_ severity: Diagnostic.Severity, code: Diagnostic.Code, message: String, hint: String) {
        context.log.say(
            Diagnostic(code, message: message, at: .stage(context.stage, at: nil), hint: hint, severity: severity)
        )
    }
}

extension Letterboxd {
    /// The columns of the import that the input has.
    public var needs: Needs { columns.needs }
}
