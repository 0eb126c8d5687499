internal import Formats
internal import PluginKit

/// Encodes the records of a batch as rows of the spool.
struct RowEncoder {
    /// Why a record is rejected.
    enum Refusal {
        case noFilm, date, rating, tooLong

        func words(limit: Int) -> (code: Diagnostic.Code, reason: String) {
            switch self {
            case .noFilm: ("letterboxd.no-film", "there is no id, link or title to identify the film")
            case .date: ("letterboxd.date", "the viewing is not in the years 1 to 9999")
            case .rating: ("letterboxd.rating", "the rating is not a number from 1 to 10")
            case .tooLong: ("letterboxd.too-long", "the row is longer than a file may be (max_bytes = \(limit))")
            }
        }
    }

    /// The rows.
    private(set) var bytes: [UInt8] = []
    /// The rejected records, in order.
    private(set) var refused: [(row: Int, refusal: Refusal)] = []
    /// Whether a rating was not from 1 to 10.
    private(set) var hasWrongRatings = false
    /// How many texts were escaped because they begin like a formula.
    private var escapedFormulas = 0

    /// The remarks about the zones, days and texts of the records.
    var remarks: [Remark] {
        guard escapedFormulas > 0 else { return days.remarks }
        let escaped = Remark(
            "texts that begin like a formula have an apostrophe before them",
            count: escapedFormulas,
            one: "text that begins like a formula has an apostrophe before it"
        )
        return days.remarks + [escaped]
    }

    private let columns: InputColumns
    private let settings: Settings
    private var days: AccountDays
    /// The most bytes of a row, so that it fits into a file with the header.
    private let longestRow: Int

    init(_ settings: Settings, columns: InputColumns) {
        self.settings = settings
        self.columns = columns
        days = AccountDays(
            settings.accountZones,
            zone: settings.zone,
            isLocal: settings.isLocalZone
        )
        longestRow = settings.maxBytes - CSVHeader.longest - settings.tags.bytes.count - 64
    }

    /// Encodes all records.
    ///
    /// - Throws: `environment.time-zones` if a record names a zone that is needed and that this machine does not have.
    mutating func encode(_ batch: borrowing Batch) throws(Diagnostic) {
        bytes.reserveCapacity(batch.count &* 96)
        for row in 0..<batch.count {
            let start = bytes.count
            guard let refusal = try encode(batch, row: row) else { continue }
            bytes.removeLast(bytes.count - start)
            refused.append((row, refusal))
        }
        days.close()
    }

    @inline(__always)
    private mutating func encode(_ batch: borrowing Batch, row: Int) throws(Diagnostic) -> Refusal? {
        let start = bytes.count
        var flags: SpoolRow.Flags = []
        let year = columns.year.flatMap { batch.integer(row, in: $0) } ?? 0
        guard let film = beginRow(batch, row: row, year: year, flags: &flags) else { return .noFilm }
        let prefixEnd = bytes.count

        let order: RowOrder
        switch settings.content {
        case .diary:
            if let moment = columns.watchedAt.flatMap({ batch.instant(row, in: $0) }) {
                try days.enter(batch, row: row, field: columns.timeZone)
                let day = days.day(ofMicroseconds: moment)
                guard RowOrder.days.contains(day) else { return .date }
                order = RowOrder(day: day, microseconds: moment)
            } else if let day = columns.watchedAt.flatMap({ batch.date(row, in: $0) }) {
                // A date is the same day in every zone.
                guard RowOrder.days.contains(day) else { return .date }
                order = RowOrder(day: day, microseconds: Self.midnight(day))
            } else {
                order = RowOrder(ratedAt: ratedAt(batch, row: row))
            }
        case .ratings: order = RowOrder(ratedAt: ratedAt(batch, row: row))
        case .watchlist, .list: order = RowOrder(rank: columns.rank.flatMap { batch.integer(row, in: $0) })
        }

        var rating = columns.rating.flatMap { Self.wholeRating(batch, row: row, field: $0) } ?? 0
        if !(0...10).contains(rating) {
            guard settings.content != .ratings else { return .rating }
            hasWrongRatings = true
            rating = 0
        }
        let plays = columns.plays.flatMap { batch.integer(row, in: $0) } ?? 0
        appendTexts(batch, row: row, isDated: order.isDated, flags: &flags)
        guard bytes.count &- start <= longestRow else { return .tooLong }
        SpoolRow.complete(
            in: &bytes,
            from: start,
            film: film,
            order: order,
            flags: flags,
            rating: UInt8(truncatingIfNeeded: rating),
            plays: UInt16(clamping: plays),
            prefixEnd: prefixEnd
        )
        return nil
    }

    /// When a record was rated; for a date, midnight in UTC.
    @inline(__always)
    private func ratedAt(_ batch: borrowing Batch, row: Int) -> Int64? {
        guard let field = columns.ratedAt else { return nil }
        guard field.kind == .date else { return batch.instant(row, in: field) }
        // It only decides the order; a date outside the supported years comes last.
        return batch.date(row, in: field).flatMap { RowOrder.days.contains($0) ? Self.midnight($0) : nil }
    }

    private static func midnight(_ day: Int32) -> Int64 { Int64(day) &* Int64(ISO8601.microsecondsADay) }

    /// A rating; one with a fraction is as invalid as -1.
    @inline(__always)
    static func wholeRating(_ batch: borrowing Batch, row: Int, field: Field) -> Int64? {
        guard field.kind == .decimal else { return batch.integer(row, in: field) }
        return batch.decimal(row, in: field).map { $0.integer ?? -1 }
    }

    /// Begins a row with its head and `tmdbID,imdbID,Title,Year`, and returns its film; nil if the record identifies
    /// none.
    @inline(__always)
    private mutating func beginRow(
        _ batch: borrowing Batch,
        row: Int,
        year: Int64,
        flags: inout SpoolRow.Flags
    ) -> FilmKey? {
        let tmdb = columns.tmdb.flatMap { batch.integer(row, in: $0) } ?? 0
        var film = FilmKey(tmdb: tmdb)
        let hasTMDb = film != nil
        Pen.append(to: &bytes, atMost: SpoolRow.headerSize &+ 21) { pen in
            pen.put(zeros: SpoolRow.headerSize)
            if hasTMDb { pen.put(digitsOf: UInt64(bitPattern: tmdb)) }
            pen.put(Self.comma)
        }
        if let field = columns.imdb, let imdb = batch.utf8(row, in: field), let key = FilmKey(imdb: imdb) {
            if film == nil { film = key }
            imdb.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        }
        if film == nil, let field = columns.uri, let uri = batch.utf8(row, in: field), !FieldText.isBlank(uri) {
            film = FilmKey(uri: uri)
        }
        if film != nil { flags.insert(.id) }
        guard settings.titles || film == nil else { return film }
        flags.insert(.title)
        guard let field = columns.title, let title = batch.utf8(row, in: field), !FieldText.isBlank(title) else {
            appendPlain(Span(), year: year)
            return film
        }
        if settings.escapesFormulas, CSVFormula.begins(title) {
            escapedFormulas += 1
            let escaped = Self.escaped(title)
            guard append(title: escaped.span, year: year, isKey: film == nil) else { return nil }
        } else if FieldText.isPlain(title) {
            appendPlain(title, year: year)
        } else {
            guard append(title: title, year: year, isKey: film == nil) else { return nil }
        }
        return film ?? FilmKey(title: title, year: year)
    }

    /// Appends a title that needs encoding, and the year; false if nothing is left of a title that has to identify the
    /// film.
    private mutating func append(title: Span<UInt8>, year: Int64, isKey: Bool) -> Bool {
        bytes.append(Self.comma)
        let start = bytes.count
        FieldText.append(title, to: &bytes, quotes: settings.quotes)
        if isKey, bytes.count == start { return false }
        bytes.append(Self.comma)
        if 1...9999 ~= year { bytes.append(digitsOf: UInt64(bitPattern: year)) }
        return true
    }

    private static func escaped(_ text: Span<UInt8>) -> [UInt8] {
        [CSVFormula.mark] + text.withUnsafeBufferPointer { Array($0) }
    }

    /// Puts an apostrophe before the text written from `start` on, if it begins like a formula.
    ///
    /// The encoded text counts: blanks and quotes at its beginning may have been dropped.
    private mutating func escapeFormula(from start: Int) {
        guard settings.escapesFormulas, bytes.count > start else { return }
        let first = bytes[start] == UInt8(ascii: "\"") ? start + 1 : start
        let written = Array(bytes[first...])
        guard CSVFormula.begins(written.span) else { return }
        bytes.insert(CSVFormula.mark, at: first)
        escapedFormulas += 1
    }

    @inline(__always)
    private mutating func appendPlain(_ title: Span<UInt8>, year: Int64) {
        Pen.append(to: &bytes, atMost: title.count &+ 6) { pen in
            pen.put(Self.comma)
            pen.put(title)
            pen.put(Self.comma)
            if 1...9999 ~= year { pen.put(digitsOf: UInt64(bitPattern: year)) }
        }
    }

    @inline(__always)
    private mutating func appendTexts(
        _ batch: borrowing Batch,
        row: Int,
        isDated: Bool,
        flags: inout SpoolRow.Flags
    ) {
        let quotes = settings.quotes
        if isDated, let field = columns.tags, let text = batch.utf8(row, in: field) {
            append(.tags, flags: &flags) { bytes in
                var tags = TagList()
                tags.append(text)
                bytes.append(contentsOf: tags.bytes)
            }
        }
        if let field = columns.review, let text = batch.utf8(row, in: field) {
            append(.review, flags: &flags) { FieldText.appendReview(text, to: &$0) }
        }
        if flags.contains(.title), let field = columns.directors, let text = batch.utf8(row, in: field),
            !FieldText.isBlank(text)
        {
            append(.directors, flags: &flags) { FieldText.append(text, to: &$0, quotes: quotes) }
        }
        if let field = columns.uri, let text = batch.utf8(row, in: field), !FieldText.isBlank(text) {
            append(.uri, flags: &flags) { FieldText.append(text, to: &$0, quotes: quotes) }
        }
    }

    /// Appends a text with its length, unless nothing is left of it.
    private mutating func append(
        _ flag: SpoolRow.Flags,
        flags: inout SpoolRow.Flags,
        write: (inout [UInt8]) -> Void
    ) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: 4))
        write(&bytes)
        escapeFormula(from: start + 4)
        if bytes.count == start + 4 {
            bytes.removeLast(4)
        } else {
            SpoolRow.closeText(in: &bytes, from: start)
            flags.insert(flag)
        }
    }

    private static let comma = UInt8(ascii: ",")
}
