internal import Formats
internal import PluginKit
internal import Sorting

/// Makes the files from the spool once all rows are written: three sorts in bounded memory, with a pass over the spool
/// before the first and the last.
///
///     spool ─→ by film ─→ exceptions ─→ by place in the spool ─┐
///     spool ───────────────────────────────────────────────────┴→ rows ─→ by day ─→ CSV
///
/// The first sort moves 28 bytes a row. Few rows need a decision other than the usual one (written unchanged), and only
/// those go into the second sort. The third sort moves whole rows, so nothing is read at random.
struct Completion {
    let settings: Settings
    let path: OutputPath
    let run: RunIdentity
    let spool: String
    let end: Int

    /// The files, and the counts for remarks.
    struct Result {
        var files: [StagedFile] = []
        var tally = Tally()
        var future = 0
        var withoutID = 0
    }

    func result() throws -> Result {
        let arranged = try arranged(try decided())
        return try written(arranged)
    }

    /// Decides what happens to each row.
    private func decided() throws -> FilmGroups.Outcome {
        var films = ExternalSort(near: spool)
        var payload = [UInt8](repeating: 0, count: FilmRow.payloadSize)
        var reader = try SpoolReader(spool, upTo: end)
        while let head = try reader.advance() {
            let row = FilmRow(head)
            row.store(in: &payload)
            try films.add(row.key, payload: payload.span)
            if films.count & 0xFFFF == 0 { try Task.checkCancellation() }
        }
        var groups = FilmGroups(settings, near: spool)
        var sorted = try films.sorted()
        while try sorted.next({ (key, payload) throws(Diagnostic) in try groups.add(FilmRow(key, payload: payload)) }) {
        }
        return try groups.finish()
    }

    /// Rows in the order of the files.
    private struct Arranged: ~Copyable {
        var rows: ExternalSort.Sorted
        /// The union of the rows' flags.
        var flags: SpoolRow.Flags
        var tally: Tally
    }

    /// Sorts the rows to be written, each followed by its contributions.
    private func arranged(_ outcome: consuming FilmGroups.Outcome) throws -> Arranged {
        let tally = outcome.tally
        var decisions = try outcome.decisions.sorted()
        var rows = ExternalSort(near: spool)
        var all: SpoolRow.Flags = []
        var reader = try SpoolReader(spool, upTo: end)
        while let head = try reader.advance() {
            var flags = head.flags
            var order = head.order
            var isContribution = false
            switch try decisions.decision(for: head.offset) {
            case nil: break
            case .drop: continue
            case .contribute(let other):
                order = other
                isContribution = true
                flags.formIntersection([.tags, .review])
            case .write(let isRewatch, let rating):
                if isRewatch { flags.insert(.rewatch) }
                reader.amend(flags, rating: rating)
            }
            all.formUnion(flags)
            let key = ArrangedKey(head.film, order: order, isContribution: isContribution, content: settings.content)
                .key
            let start = isContribution ? SpoolRow.order : SpoolRow.body
            try reader.withRow(from: start) { (row) throws(Diagnostic) in try rows.add(key, payload: row) }
            if rows.count & 0xFFFF == 0 { try Task.checkCancellation() }
        }
        return Arranged(rows: try rows.sorted(), flags: all, tally: tally)
    }

    private func written(_ arranged: consuming Arranged) throws -> Result {
        let header = CSVHeader(settings, flags: arranged.flags)
        var tally = arranged.tally
        var rows = arranged.rows
        var writer = RowWriter(
            PartWriter(path, in: run, header: header.bytes, settings: settings),
            header: header,
            settings: settings,
            today: Self.day(run.date)
        )
        do {
            while try rows.next({ (key, row) throws(Diagnostic) in
                try writer.add(ArrangedKey(key, content: settings.content), payload: row)
            }) {
                if writer.rows & 0xFFFF == 0 { try Task.checkCancellation() }
            }
            let files = try writer.finish()
            tally.written = writer.rows
            tally.lostTexts += writer.lostTexts
            return Result(files: files, tally: tally, future: writer.future, withoutID: writer.withoutID)
        } catch {
            writer.discard()
            throw error
        }
    }

    /// The day of a text such as `2026-11-23`; nil if it is not a date.
    private static func day(_ text: String) -> Int32? {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        return CivilDate(year: parts[0], month: parts[1], day: parts[2])?.daysSince1970
    }
}
