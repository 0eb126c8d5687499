/// Where chance comes from, for jitter and samples.
///
/// Tests have one that repeats itself.
public protocol RandomSource: Sendable {
    /// A number from 0 up to, and without, 1.
    func next() -> Double
}

/// The system's chance.
public struct SystemRandom: RandomSource {
    /// The system's chance.
    public init() {}

    /// A number from 0 up to, and without, 1.
    public func next() -> Double { Double.random(in: 0..<1) }
}
