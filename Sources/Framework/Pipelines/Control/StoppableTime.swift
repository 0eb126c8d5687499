public import PluginKit

/// A clock whose pauses end when a run is stopped: of `retry`, of limits, of a server that asks to be left alone.
///
/// The pauses of sources end anyway, since their calls are cancelled. A sink is not cancelled while it has something to
/// bring to its end (`stop_within`); but nothing is brought to an end by waiting.
public struct StoppableTime: TimeSource {
    private let time: any TimeSource
    private let control: RunControl

    /// A clock that goes as another one does.
    ///
    /// - Parameters:
    ///   - time: The clock.
    ///   - control: Stops what waits.
    public init(_ time: any TimeSource, until control: RunControl) {
        self.time = time
        self.control = control
    }

    /// As the clock has it.
    public var now: Duration { time.now }

    /// As the clock has it.
    public var nanoseconds: Int64 { time.nanoseconds }

    /// Waits until `now` is `deadline`.
    ///
    /// - Throws: `CancellationError` if the run is stopped or the task is cancelled meanwhile.
    public func sleep(until deadline: Duration) async throws {
        guard deadline > now else { return try await time.sleep(until: deadline) }
        try await control.unlessStopped { [time] in try await time.sleep(until: deadline) }
    }
}
