internal import Formats
public import PluginKit
public import Records

/// Writes the files that Letterboxd's import pages take: diary, ratings, watchlist, list.
///
/// Records are gathered in a spool beside the files, as they come, and become rows when all are there: whether a viewing
/// is a rewatch, and which rating a film has, is known only then. What is refused or left out for itself alone (no
/// film, a show) is settled when it is written.
public struct Letterboxd: Sink {
    /// What pipeline files call it.
    public static let name = "letterboxd"
    /// What it does.
    public static let summary = "Writes CSV files for Letterboxd's import pages: diary, ratings, watchlist, list."

    /// Files are all that it makes.
    public static let commitment = Commitment.files

    /// That the records of a film are looked at together.
    public let needsWhole: String? = "what is a rewatch and which rating a film has depends on all records"

    private let settings: Settings
    private let columns: InputColumns
    private let context: StageContext
    private let path: OutputPath
    private let spool: OutputFile

    /// Makes the sink for an input.
    ///
    /// - Throws: `letterboxd.columns` and `schema.kind` for what is wrong with the input, `zone.unknown`,
    ///   `environment.time-zones` and `option.range` for the options.
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

    /// Nothing to prepare: each write cuts the spool to its mark.
    public func begin(at mark: Int?, attempt: Int) {}

    /// Puts the records that are films into the spool, from `mark` on, and returns the offset behind them.
    ///
    /// - Throws: `environment.time-zones` if a record names a zone that counts and that this machine does not have.
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

    /// The spool; how many records it holds is known only when they are read.
    public func parts(at mark: Int) -> [StagedFile] {
        [StagedFile(spool.temporaryPath, bytes: mark, records: 0)]
    }

    /// Makes the files of what the spool holds up to `mark`, and leaves the spool as it is.
    public func finish(at mark: Int?) async throws -> Delivery<Int> {
        // Whatever an earlier attempt has completed, also one that was cut off.
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

    /// Removes the spool and the files made of it.
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
            remarks.append("rows without an id: \(result.withoutID); Letterboxd looks for these films by their titles")
        }
        if result.tally.lostTexts > 0 {
            remarks.append("tags and reviews that a joined row had no room for: \(result.tally.lostTexts)")
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
                hint: "Letterboxd may refuse them; look at the last rows"
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
    /// The columns of the import, as far as they are there.
    public var needs: Needs { columns.needs }
}
