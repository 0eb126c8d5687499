/// The layout of a row in the spool.
///
///     0        4          12                     20     22     23      24
///     length   film.high  film.low(10) order(52) plays  flags  rating  prefix, tags, review, directors, link
///
/// The prefix is the unchanging beginning of the row: `tmdbID,imdbID,Title,Year`, or only the ids. Each text is
/// preceded by its length in four bytes; texts without their flag are absent. From byte 22 on, the row is copied
/// through the sort.
enum SpoolRow {
    /// The optional contents of a row.
    struct Flags: OptionSet, Sendable, BitwiseCopyable {
        let rawValue: UInt8
        /// The prefix contains title and year.
        static let title = Flags(rawValue: 1)
        static let tags = Flags(rawValue: 2)
        static let review = Flags(rawValue: 4)
        static let directors = Flags(rawValue: 8)
        static let uri = Flags(rawValue: 16)
        /// The row is not the film's first viewing.
        static let rewatch = Flags(rawValue: 32)
        /// The row identifies the film by an id or a link.
        static let id = Flags(rawValue: 64)
    }

    /// The offset of `film.low` and the order.
    static let order = 12
    /// The offset of the part that is copied through the sort.
    static let body = 22
    static let headerSize = 28

    /// Fills the head of the row that begins at `start` and whose prefix ends at `prefixEnd`.
    static func complete(
        in bytes: inout [UInt8],
        from start: Int,
        film: FilmKey,
        order: RowOrder,
        flags: Flags,
        rating: UInt8,
        plays: UInt16,
        prefixEnd: Int
    ) {
        let length = bytes.count &- start
        bytes.withUnsafeMutableBytes { buffer in
            let head = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start &+ headerSize])
            head.storeBytes(of: UInt32(truncatingIfNeeded: length), toByteOffset: 0, as: UInt32.self)
            head.storeBytes(of: film.high, toByteOffset: 4, as: UInt64.self)
            head.storeBytes(of: film.low << 54 | order.bits, toByteOffset: 12, as: UInt64.self)
            head.storeBytes(of: plays, toByteOffset: 20, as: UInt16.self)
            head.storeBytes(of: flags.rawValue, toByteOffset: 22, as: UInt8.self)
            head.storeBytes(of: rating, toByteOffset: 23, as: UInt8.self)
            let count = UInt32(truncatingIfNeeded: prefixEnd &- start &- headerSize)
            head.storeBytes(of: count, toByteOffset: 24, as: UInt32.self)
        }
    }

    /// Writes the length of a text before it, once it is complete.
    static func closeText(in bytes: inout [UInt8], from start: Int) {
        let count = UInt32(truncatingIfNeeded: bytes.count &- start &- 4)
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: count, toByteOffset: start, as: UInt32.self) }
    }
}

/// The head of a row in the spool.
struct SpoolHead: BitwiseCopyable {
    var offset: Int
    var film: FilmKey
    var order: RowOrder
    /// How often the film was seen in all; 0 if unknown.
    var plays: UInt16
    var flags: SpoolRow.Flags
    var rating: UInt8
}

/// The texts of a row, found in its bytes from `SpoolRow.body` on.
struct SpoolTexts {
    private(set) var prefix = 0..<0
    private(set) var tags = 0..<0
    private(set) var review = 0..<0
    private(set) var directors = 0..<0
    private(set) var uri = 0..<0
    let flags: SpoolRow.Flags
    let rating: UInt8

    @inline(__always)
    init(_ body: Span<UInt8>) {
        flags = SpoolRow.Flags(rawValue: body[0])
        rating = body[1]
        var end = 2
        prefix = Self.text(body, end: &end)
        guard !flags.isDisjoint(with: [.tags, .review, .directors, .uri]) else { return }
        if flags.contains(.tags) { tags = Self.text(body, end: &end) }
        if flags.contains(.review) { review = Self.text(body, end: &end) }
        if flags.contains(.directors) { directors = Self.text(body, end: &end) }
        if flags.contains(.uri) { uri = Self.text(body, end: &end) }
    }

    @inline(__always)
    private static func text(_ body: Span<UInt8>, end: inout Int) -> Range<Int> {
        let count = Int(body.bytes.unsafeLoadUnaligned(fromByteOffset: end, as: UInt32.self))
        let start = end &+ 4
        end = start &+ count
        return start..<end
    }
}
