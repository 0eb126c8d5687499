/// A part of a whole, from 0 to 100 %.
struct Share: Hashable, Sendable {
    /// The part in percent.
    let percent: Double
    /// Random bits below this belong to the part; `isWhole` says that all do.
    private let threshold: UInt64
    private let isWhole: Bool

    /// A part in percent, or nil if it is none.
    init?(percent: Double) {
        guard 0...100 ~= percent else { return nil }
        self.percent = percent
        isWhole = percent == 100
        threshold = isWhole ? .max : UInt64(percent / 100 * 0x1p64)
    }

    private init() {
        percent = 0
        threshold = 0
        isWhole = false
    }

    /// Nothing of the whole.
    static let none = Share()

    /// Whether random bits fall into the part.
    @inline(__always)
    func contains(_ bits: UInt64) -> Bool { bits < threshold || isWhole }
}
