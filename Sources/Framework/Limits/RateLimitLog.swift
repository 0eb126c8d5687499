internal import Glibc
internal import Synchronization
public import PluginKit

/// Stores what a rate limit has let through, so that the limit also holds across runs.
///
/// Calls are recorded before they are made, several together, so a process that is killed has made no unrecorded call.
/// The next run counts every recorded call as made, which at worst counts a few too many.
///
///     stored:  calls that may have been made since  +  the window that the server has reported, and when
///              +  timestamps in the last window, each with its number of calls
///
/// A window that the server has reported holds for one day after the run: some servers report it only after it is
/// exceeded.
public final class RateLimitLog: Sendable {
    /// Calls that are recorded and have not begun.
    private let left = Atomic(0)
    /// Calls that have begun and may not have been sent.
    private let underway = Atomic(0)
    private let booking = Locked(Booking())
    private let limiter: RateLimiter
    private let kept: any StateValues
    private let key: String
    private let clock: WallClock
    private let log: StageLog

    private struct Booking {
        /// Reads the stored state or writes it; nil if neither is in progress.
        var task: Task<Void, Never>?
        var isRecalled = false
        /// The window that the server has reported, and when it was first reported.
        var reported: (window: RateSchedule.Window, moment: Int64)?
        /// The state cannot be stored, and a warning was logged.
        var isGivenUp = false
    }

    /// The largest number of timestamps stored; calls close together count as the last of them.
    private static let maxGroups = 1000

    /// How long a window that the server has reported holds, in milliseconds.
    private static let reportedLifetime: Int64 = 86_400_000

    /// Creates a log for a limit.
    ///
    /// Reads nothing yet.
    ///
    /// - Parameters:
    ///   - limiter: The limit; no call has passed it yet.
    ///   - kept: The store that outlives the run.
    ///   - key: The key in the store.
    ///   - log: Receives a warning if the store fails.
    ///   - clock: The time of day, which later runs understand.
    public init(
        _ limiter: RateLimiter,
        in kept: any StateValues,
        as key: String,
        log: StageLog,
        clock: WallClock
    ) {
        self.limiter = limiter
        self.kept = kept
        self.key = key
        self.log = log
        self.clock = clock
    }

    /// How many calls are recorded together: 1/40 of a window, or the calls of one second if that is less.
    private var portion: Int {
        max(1, min(limiter.requests / 40, Int(Double(limiter.requests) / max(1, limiter.per / .seconds(1)))))
    }

    /// Begins a call if one is recorded in advance; otherwise the caller has to wait for `book`.
    public func begins() -> Bool {
        underway.add(1, ordering: .relaxed)
        if left.subtract(1, ordering: .relaxed).newValue >= 0 { return true }
        underway.subtract(1, ordering: .relaxed)
        return false
    }

    /// Notes that a call that has begun has passed the limiter or was cancelled.
    public func passed() { underway.subtract(1, ordering: .relaxed) }

    /// Records further calls, including the caller's, and begins the caller's call.
    public func book() async {
        repeat {
            let task = booking.withLock { booking in
                if let task = booking.task { return task }
                let task = Task { await self.writeAhead() }
                booking.task = task
                return task
            }
            await task.value
        } while !begins()
    }

    /// Stores exactly the calls that were made; for the end of a run.
    public func finish() async {
        guard booking.withLock({ $0.isRecalled }) else { return }
        left.store(0, ordering: .relaxed)
        await save(ahead: underway.load(ordering: .relaxed))
    }

    private func writeAhead() async {
        await recall()
        let portion = portion
        await save(ahead: underway.load(ordering: .relaxed) + portion)
        booking.withLock { booking in
            booking.task = nil
            // If nothing can be stored, the limit works as it does without a store.
            left.store(booking.isGivenUp ? .max / 2 : portion, ordering: .relaxed)
        }
    }

    private func recall() async {
        guard booking.withLock({ !$0.isRecalled }) else { return }
        do {
            let wall = clock.milliseconds
            if let bytes = try await kept.value(of: key) {
                take(bytes, at: wall)
            }
        } catch {
            giveUp(error)
        }
        booking.withLock { $0.isRecalled = true }
    }

    private func save(ahead: Int) async {
        guard booking.withLock({ !$0.isGivenUp }) else { return }
        do {
            let now = clock.milliseconds
            let reported = limiter.reported.map { reported in
                booking.withLock { booking in
                    if booking.reported?.window != reported { booking.reported = (reported, now) }
                    return (reported, booking.reported?.moment ?? now)
                }
            }
            try await kept.keep(
                Self.bytes(limiter.recent(wall: now, inGroups: Self.maxGroups), reported: reported, ahead: ahead),
                as: key
            )
        } catch {
            giveUp(error)
        }
    }

    private func giveUp(_ problem: Diagnostic) {
        booking.withLock { $0.isGivenUp = true }
        log.say(
            Diagnostic(
                "limit.not-stored",
                message: "the calls that the limit counts cannot be stored for the next run: \(problem.message)",
                category: .environment,
                hint: problem.hint ?? "wait for one window before the next run",
                severity: .warning
            )
        )
    }

    private static func bytes(
        _ recent: [RateSchedule.Group],
        reported: (window: RateSchedule.Window, moment: Int64)?,
        ahead: Int
    ) -> [UInt8] {
        var writer = StateWriter()
        writer.write(Int64(ahead))
        writer.write(Int64(reported?.window.requests ?? 0))
        writer.write(Int64(((reported?.window.per ?? .zero) / .milliseconds(1)).rounded(.up)))
        writer.write(reported?.moment ?? 0)
        for group in recent {
            writer.write(Int64(group.count))
            writer.write(group.moment)
        }
        return writer.bytes
    }

    /// Resumes from the stored state as far as it can be read; an unreadable rest is ignored.
    private func take(_ bytes: [UInt8], at wall: Int64) {
        var reader = StateReader(bytes)
        guard let ahead = try? reader.readInteger(), let requests = try? reader.readInteger(),
            let per = try? reader.readInteger(), let reported = try? reader.readInteger()
        else { return }
        let lifetime = Self.reportedLifetime
        if 1...1_000_000 ~= requests, 1...lifetime ~= per, 0..<lifetime ~= wall.subtracting(clamped: reported) {
            let window = RateSchedule.Window(requests: Int(requests), per: .milliseconds(per))
            booking.withLock { $0.reported = (window, reported) }
            limiter.keep(to: window)
        }
        let most = Int64(limiter.requests)
        var timestamps: [Int64] = []
        while let count = try? reader.readInteger(), let moment = try? reader.readInteger() {
            timestamps += repeatElement(moment, count: Int(max(0, min(count, most))))
            // Only the last ones count, however many a damaged value holds.
            if timestamps.count > 4 * limiter.requests { timestamps.removeFirst(timestamps.count - limiter.requests) }
        }
        timestamps += repeatElement(wall, count: Int(max(0, min(ahead, most))))
        limiter.resume(timestamps.suffix(limiter.requests), wall: wall)
    }
}
