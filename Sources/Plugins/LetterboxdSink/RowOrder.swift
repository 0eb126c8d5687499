/// The position of a row among the rows of its film, and then among all rows: a number of 52 bits.
///
/// | row | bits |
/// |---|---|
/// | dated | 1, local day since 0000-12-31 (22 bits), milliseconds since two days before its UTC midnight (29 bits) |
/// | undated | 0, milliseconds of its rating since 1970 plus 2⁵⁰, or 0 |
/// | on a list | rank plus 2⁵⁰, or 2⁵¹ without one |
///
/// The local day takes precedence over the time, since a day begins twice if the clock is set back over midnight. There
/// is no room for microseconds: rows of the same millisecond keep the order of the input.
struct RowOrder: Equatable, Comparable, BitwiseCopyable {
    var bits: UInt64

    static let mask: UInt64 = 1 << 52 - 1
    private static let datedBit: UInt64 = 1 << 51
    /// From the year 1 to the year 9999, in days since 1970-01-01.
    static let days: ClosedRange<Int32> = -719_162...2_932_896

    init(bits: UInt64) { self.bits = bits }

    /// Creates the order of a viewing at a time in a local day of `days`.
    @inline(__always)
    init(day: Int32, microseconds: Int64) {
        // No zone is further from UTC than this.
        let margin: Int64 = 2 * 86_400_000
        let sinceMidnight = Self.milliseconds(microseconds) &- Int64(day) &* 86_400_000 &+ margin
        bits =
            Self.datedBit | UInt64(clamping: Int64(day) &+ 719_163) << 29
            | UInt64(clamping: min(max(sinceMidnight, 0), 0x1FFF_FFFF))
    }

    /// Creates the order of a row without a date, by the time of its rating if it is known.
    @inline(__always)
    init(ratedAt microseconds: Int64?) {
        guard let microseconds else {
            bits = 0
            return
        }
        let limit: Int64 = 1 << 50 - 1
        bits = UInt64(clamping: min(max(Self.milliseconds(microseconds), -limit), limit) &+ limit &+ 1)
    }

    /// The whole milliseconds of a time, rounded down.
    @inline(__always)
    private static func milliseconds(_ microseconds: Int64) -> Int64 {
        let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: 1000)
        return rest < 0 ? whole - 1 : whole
    }

    /// Creates the order of a place on a list.
    init(rank: Int64?) {
        let limit: Int64 = 1 << 50 - 1
        bits = rank.map { UInt64(clamping: min(max($0, -limit), limit) &+ limit) } ?? 1 << 51
    }

    /// Whether it is a viewing with a date.
    var isDated: Bool { bits & Self.datedBit != 0 }

    /// The local day of a viewing, in days since 1970-01-01.
    var day: Int32 { Int32(truncatingIfNeeded: (bits & (Self.datedBit - 1)) >> 29) &- 719_163 }

    /// The same order, but with dated rows before undated ones.
    var datedFirst: RowOrder { RowOrder(bits: bits ^ Self.datedBit) }

    static func < (left: RowOrder, right: RowOrder) -> Bool { left.bits < right.bits }
}
