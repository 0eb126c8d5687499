internal import PluginKit
internal import Sorting

/// The data needed to decide about a row: its film, order, position and content.
///
/// In a sort: film.high as the upper half of the key, film.low(10) and order(52) as the lower one, and eight bytes:
///
///     plays(10)  offset(48)  has review(1)  has tags or review(1)  rating(4)
struct FilmRow: BitwiseCopyable {
    var film: FilmKey
    var order: RowOrder
    var offset: UInt64
    var rating: UInt8
    /// How often the film was seen in all, at most `mostPlays`; 0 if unknown.
    var plays: UInt16
    var hasText: Bool
    var hasReview: Bool

    static let payloadSize = 8
    static let mostPlays: UInt16 = 1023

    @inline(__always)
    init(_ head: SpoolHead) {
        film = head.film
        order = head.order
        offset = UInt64(head.offset)
        rating = head.rating
        plays = min(head.plays, Self.mostPlays)
        hasText = !head.flags.isDisjoint(with: [.tags, .review])
        hasReview = head.flags.contains(.review)
    }

    @inline(__always)
    init(_ key: SortKey, payload: Span<UInt8>) {
        let bits = payload.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
        film = FilmKey(high: key.high, low: key.low >> 54)
        order = RowOrder(bits: key.low & RowOrder.mask)
        plays = UInt16(truncatingIfNeeded: bits >> 54)
        offset = (bits << 10) >> 16
        hasReview = bits & 32 != 0
        hasText = bits & 16 != 0
        rating = UInt8(truncatingIfNeeded: bits & 15)
    }

    @inline(__always)
    var key: SortKey { SortKey(film.high, then: film.low << 54 | order.bits) }

    @inline(__always)
    func store(in bytes: inout [UInt8]) {
        let bits = UInt64(plays) << 54 | offset << 6 | (hasReview ? 32 : 0) | (hasText ? 16 : 0) | UInt64(rating)
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: bits, as: UInt64.self) }
    }
}
