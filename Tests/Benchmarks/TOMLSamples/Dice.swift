/// Numbers that look random and are the same at each run.
public struct Dice {
    private var state: UInt64 = 0x5EED

    /// Dice that fall the same way each time.
    public init() {}

    /// A number from 0 up to `sides`, that excluded.
    public mutating func roll(_ sides: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(sides))
    }
}
