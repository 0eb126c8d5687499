/// Identifies the film of a row by a number of 72 bits: rows with the same number are about the same film.
///
///     high   kind(2) value(62)     low   more(10)
///
/// | kind | known by | value |
/// |---|---|---|
/// | 0 | TMDb id | the id itself |
/// | 1 | IMDb id | the number of its digits (5 bits) and their number (57 bits) |
/// | 2 | Letterboxd link | a hash, with ten more bits of it in `low` |
/// | 3 | title and year | a hash, with ten more bits of it in `low` |
///
/// Ids are exact. Among a million links or titles, two share a hash of 72 bits with a probability of one in nine
/// thousand million.
struct FilmKey: Equatable, BitwiseCopyable {
    var high: UInt64
    var low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The film of a TMDb id; nil if the number is not an id.
    @inline(__always)
    init?(tmdb: Int64) {
        guard tmdb > 0, tmdb < 1 << 62 else { return nil }
        self.init(high: UInt64(tmdb), low: 0)
    }

    /// The film of an IMDb id, `tt` and digits; nil if the text is not an id.
    @inline(__always)
    init?(imdb: Span<UInt8>) {
        guard 3...19 ~= imdb.count, imdb[0] == UInt8(ascii: "t"), imdb[1] == UInt8(ascii: "t") else { return nil }
        var number: UInt64 = 0
        for index in 2..<imdb.count {
            let digit = imdb[index] &- 48
            guard digit < 10 else { return nil }
            number = number &* 10 &+ UInt64(digit)
        }
        self.init(high: 1 << 62 | UInt64(imdb.count &- 2) << 57 | number, low: 0)
    }

    /// The film of a Letterboxd link.
    init(uri: Span<UInt8>) {
        self.init(kind: 2, hash: Self.hash(uri, seed: 0))
    }

    /// The film of a title and a year.
    init(title: Span<UInt8>, year: Int64) {
        self.init(kind: 3, hash: Self.hash(title, seed: UInt64(bitPattern: year)))
    }

    private init(kind: UInt64, hash: (UInt64, UInt64)) {
        self.init(high: kind << 62 | hash.0 >> 2, low: hash.1 & 0x3FF)
    }

    /// Two hashes of the bytes, the same on every machine: rows without any other order are sorted by them.
    private static func hash(_ bytes: Span<UInt8>, seed: UInt64) -> (UInt64, UInt64) {
        // The fractional parts of the golden ratio and of the square root of two.
        var first = 0x9E37_79B9_7F4A_7C15 ^ seed
        var second: UInt64 = 0x6A09_E667_F3BC_C909
        for index in bytes.indices {
            first = mixed(first ^ UInt64(bytes[index]), by: 0xA076_1D64_78BD_642F)
            second = mixed(second &+ UInt64(bytes[index]), by: 0xE703_7ED1_A0B4_28DB)
        }
        return (mixed(first ^ UInt64(bytes.count), by: second | 1), mixed(second, by: first | 1))
    }

    @inline(__always)
    private static func mixed(_ number: UInt64, by factor: UInt64) -> UInt64 {
        let product = number.multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }
}
