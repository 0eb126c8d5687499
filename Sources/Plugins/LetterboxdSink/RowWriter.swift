internal import Formats
internal import PluginKit

/// Writes the sorted rows as CSV.
///
/// Contributions follow their row: tags and reviews of the rows that were joined to it.
struct RowWriter: ~Copyable {
    private var parts: PartWriter
    private let header: CSVHeader
    private let settings: Settings
    /// The tags of all dated rows, as a field.
    private let constantTags: [UInt8]

    private var isOpen = false
    private var isDated = false
    private var text = DiaryText()
    /// The fields after the review.
    private var tail: [UInt8] = []

    private var day: Int32?
    private var dayField: [UInt8] = []
    private let today: Int32?

    /// Viewings in the future.
    private(set) var future = 0
    /// Rows that identify their film only by a title.
    private(set) var withoutID = 0
    /// Tags and reviews that did not fit into their row.
    private(set) var lostTexts = 0

    init(_ parts: consuming PartWriter, header: CSVHeader, settings: Settings, today: Int32?) {
        self.parts = parts
        self.header = header
        self.settings = settings
        self.today = today
        constantTags = Self.field(settings.tags)
    }

    /// The number of rows written.
    var rows: Int { parts.rows }

    mutating func add(_ key: ArrangedKey, payload: Span<UInt8>) throws(Diagnostic) {
        if key.isContribution { return contribute(payload) }
        try closeRow()
        open(key.order, row: SpoolTexts(payload), body: payload)
    }

    mutating func finish() throws(Diagnostic) -> [StagedFile] {
        try closeRow()
        return try parts.finish()
    }

    func discard() { parts.discard() }

    @inline(__always)
    private mutating func open(_ order: RowOrder, row: SpoolTexts, body: Span<UInt8>) {
        isOpen = true
        isDated = order.isDated
        parts.beginRow()
        append(body, range: row.prefix)
        if header.hasTitles, !row.flags.contains(.title) {
            parts.bytes.append(Self.comma)
            parts.bytes.append(Self.comma)
        }
        if !row.flags.contains(.id) { withoutID &+= 1 }
        switch header.content {
        case .diary where isDated: appendViewing(order.day, row: row)
        case .diary:
            parts.bytes.append(Self.comma)
            appendRating(row.rating)
            parts.bytes.append(Self.comma)
        case .ratings: appendRating(row.rating)
        case .watchlist, .list: break
        }
        if row.flags.contains(.tags) || row.flags.contains(.review) {
            text.add(body.extracting(row.tags), review: body.extracting(row.review), order: order)
        }
        if header.hasDirectors {
            tail.append(Self.comma)
            for index in row.directors { tail.append(body[index]) }
        }
        if header.hasURIs {
            tail.append(Self.comma)
            for index in row.uri { tail.append(body[index]) }
        }
    }

    private mutating func contribute(_ payload: Span<UInt8>) {
        let order = RowOrder(
            bits: payload.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self) & RowOrder.mask
        )
        let body = payload.extracting(droppingFirst: SpoolRow.body - SpoolRow.order)
        let row = SpoolTexts(body)
        let size = row.tags.count + row.review.count + 4
        guard text.byteCount + size + tail.count + settings.tags.bytes.count + 16 <= parts.room else {
            lostTexts += 1
            return
        }
        text.add(body.extracting(row.tags), review: body.extracting(row.review), order: order)
    }

    private mutating func closeRow() throws(Diagnostic) {
        guard isOpen else { return }
        if header.hasTags {
            parts.bytes.append(Self.comma)
            if isDated { appendTags() }
        }
        if header.hasReviews {
            parts.bytes.append(Self.comma)
            if !text.isEmpty { appendReview() }
        }
        if !text.isEmpty { text.removeAll() }
        if !tail.isEmpty {
            parts.bytes.append(contentsOf: tail)
            tail.removeAll(keepingCapacity: true)
        }
        parts.bytes.append(10)
        try parts.endRow()
        isOpen = false
    }

    private mutating func appendTags() {
        guard !text.isEmpty else {
            parts.bytes.append(contentsOf: constantTags)
            return
        }
        var tags = TagList()
        text.appendTags(to: &tags)
        tags.append(settings.tags.bytes.span)
        parts.bytes.append(contentsOf: Self.field(tags))
    }

    private mutating func appendReview() {
        let start = parts.bytes.count
        parts.bytes.append(Self.quote)
        text.appendReview(to: &parts.bytes)
        if parts.bytes.count == start + 1 {
            parts.bytes.removeLast()
        } else {
            parts.bytes.append(Self.quote)
        }
    }

    /// Appends the date, the rating and the rewatch.
    private mutating func appendViewing(_ day: Int32, row: SpoolTexts) {
        if day != self.day {
            self.day = day
            dayField.removeAll(keepingCapacity: true)
            dayField.append(Self.comma)
            CivilDate(daysSince1970: day).append(to: &dayField)
        }
        // The machine's zone and that of the files may differ by a day.
        if let today, day > today + 1 { future &+= 1 }
        parts.bytes.append(contentsOf: dayField)
        appendRating(row.rating)
        parts.bytes.append(contentsOf: row.flags.contains(.rewatch) ? Self.yes : Self.no)
    }

    private mutating func appendRating(_ rating: UInt8) {
        parts.bytes.append(Self.comma)
        guard rating > 0 else { return }
        if rating >= 10 { parts.bytes.append(48 &+ rating / 10) }
        parts.bytes.append(48 &+ rating % 10)
    }

    @inline(__always)
    private mutating func append(_ body: Span<UInt8>, range: Range<Int>) {
        body.extracting(range).withUnsafeBufferPointer { parts.bytes.append(contentsOf: $0) }
    }

    /// Tags as a field: they contain no quotes, but may contain commas.
    private static func field(_ tags: TagList) -> [UInt8] {
        tags.bytes.contains(comma) ? [quote] + tags.bytes + [quote] : tags.bytes
    }

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let yes = Array(",true".utf8)
    private static let no = Array(",false".utf8)
}
