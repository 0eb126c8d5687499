internal import Runs
internal import Glibc
internal import PluginKit

/// What a run has done in the last seconds, as a line of text.
struct RecentProgress {
    /// The progress of a run at an instant.
    struct Moment {
        var elapsed: Duration
        var read: Int
        var rejected = 0
        var stage: String
        /// The source that is read, and how much of its data it has delivered; nil if unknown.
        var share: (source: String, value: Double)?
        var isFinishing = false
        /// How long the run has waited for each stage.
        var waits: [String: Duration] = [:]
        var pagesInFlight = 0
        var batchesWaiting = 0
        /// What calls wait for; nil if they do not wait.
        var waiting: RunProgress.Waiting?
        /// The time of day, in seconds since 1970-01-01T00:00:00Z.
        var now: Int64 = 0
        /// How many seconds the local time is ahead of UTC when the wait ends.
        var offset: Int64 = 0
    }

    /// The progress at an earlier instant.
    private struct Look {
        let elapsed: Duration
        let read: Int
        let waits: [String: Duration]
    }

    private static let window = Duration.seconds(5)
    private var looks: [Look] = []

    /// What the progress at an instant means, compared with that some seconds before.
    mutating func reading(of moment: Moment) -> Reading {
        let now = Look(elapsed: moment.elapsed, read: moment.read, waits: moment.waits)
        if looks.isEmpty { looks = [Look(elapsed: .zero, read: 0, waits: [:])] }
        looks.append(now)
        // One sample from before the window is kept for comparison.
        while looks.count > 1, now.elapsed - looks[1].elapsed >= Self.window { looks.removeFirst() }
        let before = looks[0]
        return Reading(
            moment: moment,
            rate: Self.rate(before, now: now),
            holding: Self.holding(before, now: now)
        )
    }

    /// The line for an instant: see `Reading.line(width:)`.
    mutating func line(for moment: Moment, width: Int?) -> String { reading(of: moment).line(width: width) }

    private static func rate(_ before: Look, now: Look) -> Int {
        let seconds = (now.elapsed - before.elapsed).seconds
        // The records of an earlier attempt were not read in this second.
        return seconds > 0 ? max(0, Int(clamping: Double(now.read - before.read) / seconds)) : 0
    }

    /// The stage that the run waited for most of the time; nil if it did not wait that much.
    private static func holding(_ before: Look, now: Look) -> String? {
        let length = now.elapsed - before.elapsed
        guard length > .zero else { return nil }
        let waits = now.waits.map { (stage: $0.key, time: $0.value - (before.waits[$0.key] ?? .zero)) }
        let longest = waits.max { ($0.time, $1.stage) < ($1.time, $0.stage) }
        return longest.flatMap { $0.time * 2 > length ? $0.stage : nil }
    }
}

extension RecentProgress.Moment {
    init(_ progress: RunProgress) {
        let now = SystemClock.seconds
        let waiting = progress.waiting
        var end = time_t(now.adding(clamped: waiting?.left?.wholeSeconds ?? 0))
        var local = tm()
        let offset = localtime_r(&end, &local) == nil ? 0 : Int64(local.tm_gmtoff)
        self.init(
            elapsed: progress.elapsed,
            read: progress.read,
            rejected: progress.rejected,
            stage: progress.stage,
            share: progress.share.flatMap { share in progress.reads.map { ($0, share) } },
            isFinishing: progress.isFinishing,
            waits: progress.waits,
            pagesInFlight: progress.pagesInFlight,
            batchesWaiting: progress.batchesWaiting,
            waiting: waiting,
            now: now,
            offset: offset
        )
    }
}
