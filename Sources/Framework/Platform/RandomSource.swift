/// A source of random numbers, for jitter and samples.
///
/// Tests use one with a fixed sequence.
public protocol RandomSource: Sendable {
    /// A number from 0 (included) to 1 (excluded).
    func next() -> Double
}

/// The system's random number generator.
public struct SystemRandom: RandomSource {
    /// Creates the source.
    public init() {}

    /// A number from 0 (included) to 1 (excluded).
    public func next() -> Double { Double.random(in: 0..<1) }
}
