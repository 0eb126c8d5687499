/// A share, from 0 to 100 %.
struct Share: Hashable, Sendable {
    /// The share in percent.
    let percent: Double
    /// Random bits below this belong to the share; with `isWhole`, all do.
    private let threshold: UInt64
    private let isWhole: Bool

    /// Creates a share from a percentage; nil if it is out of range.
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

    /// A share of 0 %.
    static let none = Share()

    /// Whether random bits belong to the share.
    @inline(__always)
    func contains(_ bits: UInt64) -> Bool { bits < threshold || isWhole }
}
