public import PluginKit

/// A clock whose pauses end when what the waiting task works for is stopped (`RunControl.current`): pauses of `retry`, of
/// limits, of a server that asks to be left alone.
///
/// What several jobs share may have the clock of one of them; a pause ends with the job that waits.
///
/// The pauses of sources end anyway, since their calls are cancelled. A sink is not cancelled while it has something to
/// bring to its end (`stop_within`); but nothing is brought to an end by waiting.
public struct StoppableTime: TimeSource {
    private let time: any TimeSource

    /// A clock that goes as another one does.
    ///
    /// - Parameter time: The clock.
    public init(_ time: any TimeSource) { self.time = time }

    /// As the clock has it.
    public var now: Duration { time.now }

    /// As the clock has it.
    public var nanoseconds: Int64 { time.nanoseconds }

    /// Waits until `now` is `deadline`.
    ///
    /// - Throws: `CancellationError` if the job is stopped or the task is cancelled meanwhile.
    public func sleep(until deadline: Duration) async throws {
        guard let control = RunControl.current, deadline > now else { return try await time.sleep(until: deadline) }
        try await control.unlessStopped { [time] in try await time.sleep(until: deadline) }
    }
}
