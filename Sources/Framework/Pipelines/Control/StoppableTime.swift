public import PluginKit

/// A clock whose pauses end when the work of the waiting task is stopped (`RunControl.current`): pauses of `retry`, of
/// limits, of a server that throttles.
///
/// An object that several jobs share may have the clock of one of them; a pause ends with the job that waits.
///
/// The pauses of sources end anyway, since their calls are cancelled. A sink is not cancelled while it still has
/// records to write (`stop_within`), but a pause does not help it to finish.
public struct StoppableTime: TimeSource {
    private let time: any TimeSource

    /// Creates a clock that is based on another one.
    ///
    /// - Parameter time: The clock.
    public init(_ time: any TimeSource) { self.time = time }

    /// The time of the clock.
    public var now: Duration { time.now }

    /// The time of the clock.
    public var nanoseconds: Int64 { time.nanoseconds }

    /// Waits until `now` reaches `deadline`.
    ///
    /// - Throws: `CancellationError` if the job is stopped or the task is cancelled in the meantime.
    public func sleep(until deadline: Duration) async throws {
        guard let control = RunControl.current, deadline > now else { return try await time.sleep(until: deadline) }
        try await control.unlessStopped { [time] in try await time.sleep(until: deadline) }
    }
}
