/// The time that a stage lives in.
///
/// Tests have one that they move by hand.
public protocol TimeSource: Sendable {
    /// The time since some fixed moment; it never goes back.
    var now: Duration { get }

    /// Waits until `now` is `deadline`.
    ///
    /// - Throws: `CancellationError` if the task is cancelled meanwhile.
    func sleep(until deadline: Duration) async throws
}

/// The machine's own time.
public struct SystemTime: TimeSource {
    private static let start = ContinuousClock.now

    /// The machine's time.
    public init() {}

    /// The time since the program first asked.
    public var now: Duration { Self.start.duration(to: .now) }

    /// Waits until the clock shows `deadline`.
    public func sleep(until deadline: Duration) async throws {
        try await ContinuousClock().sleep(until: Self.start.advanced(by: deadline))
    }
}
