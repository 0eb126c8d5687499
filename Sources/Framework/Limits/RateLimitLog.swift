internal import Glibc
internal import Synchronization
public import PluginKit

/// What a limit has let through, known beyond the end of a run.
///
/// Calls are written down ahead, some at once, and only then made: a process that is killed has made no call of which the
/// next one does not know. That one counts those written down as made when it begins, at worst some too many.
///
///     kept:  how many more may have gone since  +  the window that the other side has told of, and when
///            +  moments of the last window, each with how many went by then
///
/// What the other side has told holds for a day beyond the run: some tell it only when it is too late.
public final class RateLimitLog: Sendable {
    /// Calls that are written down and have not begun.
    private let left = Atomic(0)
    /// Calls that have begun, and perhaps not gone.
    private let underway = Atomic(0)
    private let booking = Locked(Booking())
    private let limiter: RateLimiter
    private let kept: any StateValues
    private let key: String
    private let wall: @Sendable () -> Int64
    private let log: StageLog

    private struct Booking {
        /// Somebody reads what was kept, or writes down.
        var task: Task<Void, Never>?
        var isRecalled = false
        /// What the other side has told, and when it did so first.
        var told: (window: RateSchedule.Window, moment: Int64)?
        /// It cannot be kept, and that was said.
        var isGivenUp = false
    }

    /// As many as this are told apart at most; calls that are close together count as the last of them.
    private static let mostMoments = 1000

    /// So long, in milliseconds, holds what the other side has told.
    private static let toldHolds: Int64 = 86_400_000

    /// What is kept of a limit.
    ///
    /// Nothing is read yet.
    ///
    /// - Parameters:
    ///   - limiter: The limit; nobody has passed it yet.
    ///   - kept: Where it outlives the run.
    ///   - key: What it is kept as.
    ///   - log: Where it says that it cannot.
    ///   - wall: The time, in milliseconds since 1970-01-01T00:00:00Z; nil for the machine's.
    public init(
        _ limiter: RateLimiter,
        in kept: any StateValues,
        as key: String,
        log: StageLog,
        wall: (@Sendable () -> Int64)? = nil
    ) {
        self.limiter = limiter
        self.kept = kept
        self.key = key
        self.log = log
        self.wall = wall ?? Self.timeOfDay
    }

    /// How many calls are written down at once: a fortieth of a window, and no more than go in a second if that is less.
    private var portion: Int {
        max(1, min(limiter.requests / 40, Int(Double(limiter.requests) / max(1, limiter.per / .seconds(1)))))
    }

    /// Notes that a call begins, if it is written down already; otherwise `book` has to be asked.
    public func begins() -> Bool {
        underway.add(1, ordering: .relaxed)
        if left.subtract(1, ordering: .relaxed).newValue >= 0 { return true }
        underway.subtract(1, ordering: .relaxed)
        return false
    }

    /// Notes that a call that has begun has had its turn, or was stopped before.
    public func gone() { underway.subtract(1, ordering: .relaxed) }

    /// Waits until calls are written down, the one that asks among them, which begins with that.
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

    /// Keeps what has gone, and no more than that: for the end of a run.
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
            // Without a place to keep it, calls are as they would be if nothing were kept.
            left.store(booking.isGivenUp ? .max / 2 : portion, ordering: .relaxed)
        }
    }

    private func recall() async {
        guard booking.withLock({ !$0.isRecalled }) else { return }
        do {
            let wall = wall()
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
            let now = wall()
            let told = limiter.told.map { told in
                booking.withLock { booking in
                    if booking.told?.window != told { booking.told = (told, now) }
                    return (told, booking.told?.moment ?? now)
                }
            }
            try await kept.keep(
                Self.bytes(limiter.recent(wall: now, inGroups: Self.mostMoments), told: told, ahead: ahead),
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
                "limit.forgotten",
                message: "what the limit lets through is forgotten with this run: \(problem.message)",
                category: .environment,
                hint: problem.hint ?? "the next run should wait for a window before it begins",
                severity: .warning
            )
        )
    }

    private static func bytes(
        _ recent: [RateSchedule.Group],
        told: (window: RateSchedule.Window, moment: Int64)?,
        ahead: Int
    ) -> [UInt8] {
        var writer = StateWriter()
        writer.write(Int64(ahead))
        writer.write(Int64(told?.window.requests ?? 0))
        writer.write(Int64(((told?.window.per ?? .zero) / .milliseconds(1)).rounded(.up)))
        writer.write(told?.moment ?? 0)
        for group in recent {
            writer.write(Int64(group.count))
            writer.write(group.moment)
        }
        return writer.bytes
    }

    /// Takes up what was kept; as far as it can be read, since it is a help and no record.
    private func take(_ bytes: [UInt8], at wall: Int64) {
        var reader = StateReader(bytes)
        guard let ahead = try? reader.readInteger(), let requests = try? reader.readInteger(),
            let per = try? reader.readInteger(), let told = try? reader.readInteger()
        else { return }
        if 1...1_000_000 ~= requests, 1...Self.toldHolds ~= per, 0..<Self.toldHolds ~= wall.subtracting(clamped: told) {
            let window = RateSchedule.Window(requests: Int(requests), per: .milliseconds(per))
            booking.withLock { $0.told = (window, told) }
            limiter.keep(to: window)
        }
        let most = Int64(limiter.requests)
        var moments: [Int64] = []
        while let count = try? reader.readInteger(), let moment = try? reader.readInteger() {
            moments += repeatElement(moment, count: Int(max(0, min(count, most))))
            // Only the last ones count, however many a damaged value has.
            if moments.count > 4 * limiter.requests { moments.removeFirst(moments.count - limiter.requests) }
        }
        moments += repeatElement(wall, count: Int(max(0, min(ahead, most))))
        limiter.resume(moments.suffix(limiter.requests), wall: wall)
    }

    private static func timeOfDay() -> Int64 { SystemClock.timeOfDay / 1_000_000 }
}
