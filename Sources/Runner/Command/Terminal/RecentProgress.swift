internal import Diagnostics
internal import Runs
internal import Formats
internal import Glibc
internal import PluginKit

/// What a run has done in the last seconds, as a line of text.
struct RecentProgress {
    /// The progress of a run at an instant.
    struct Moment {
        var elapsed: Duration
        var read: Int
        var stage: String
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

    /// The line for an instant, no wider than the terminal: what does not fit is left out, the least important first.
    ///
    /// - Parameters:
    ///   - moment: The progress of the run.
    ///   - width: The width of the terminal in columns; nil for no limit.
    /// - Returns: For example `'plays': 120,000 read, 40,200/s, 3.1 s, 3 pages in flight, waits for 'diary'`.
    mutating func line(for moment: Moment, width: Int?) -> String {
        let now = Look(elapsed: moment.elapsed, read: moment.read, waits: moment.waits)
        if looks.isEmpty { looks = [Look(elapsed: .zero, read: 0, waits: [:])] }
        looks.append(now)
        // One sample from before the window is kept for comparison.
        while looks.count > 1, now.elapsed - looks[1].elapsed >= Self.window { looks.removeFirst() }
        let before = looks[0]
        let doing = moment.isFinishing ? "completing '\(moment.stage)'" : "'\(moment.stage)'"
        var parts = [
            "\(doing): \(moment.read.grouped) read", "\(Self.rate(before, now: now).grouped)/s",
            moment.elapsed.shortText,
        ]
        if let waiting = moment.waiting {
            parts.append(waiting.words(at: moment.now, offset: moment.offset))
        }
        if let stage = Self.holding(before, now: now) { parts.append("waits for '\(stage)'") }
        if moment.pagesInFlight > 0 {
            parts.append(moment.pagesInFlight.counted("page in flight", plural: "pages in flight"))
        }
        if moment.batchesWaiting > 0 { parts.append("\(moment.batchesWaiting) queued for sinks") }
        // The text that is cut to the width is the text that is shown.
        parts = parts.map { VisibleText.line($0, atMost: 500) }
        guard let width else { return parts.joined(separator: ", ") }
        // A line as wide as the terminal would already wrap.
        while parts.count > 1, parts.joined(separator: ", ").count >= width { parts.removeLast() }
        return String(parts.joined(separator: ", ").prefix(max(1, width - 1)))
    }

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

extension RunProgress.Waiting {
    /// The wait, with the time of day at which it ends: `waiting for the request limit 'quota' until 14:03:20`.
    ///
    /// - Parameters:
    ///   - now: The time, in seconds since 1970-01-01T00:00:00Z.
    ///   - offset: How many seconds the local time is ahead of UTC then.
    /// - Returns: The text.
    fileprivate func words(at now: Int64, offset: Int64) -> String {
        // A wait of less than a second has no end worth showing.
        let here = now.adding(clamped: offset)
        let end = left.flatMap { $0 >= .seconds(1) ? " until \(Self.clock(here, left: $0))" : nil } ?? ""
        return isLimit ? "waiting for \(reason)\(end)" : "waiting\(end): \(reason)"
    }

    /// The time of day, with the date if it is more than half a day away.
    private static func clock(_ now: Int64, left: Duration) -> String {
        let seconds = (left + .milliseconds(999)).wholeSeconds
        let end = ISO8601.text(ofMilliseconds: min(now.adding(clamped: seconds), 253_402_300_799) * 1000)
        return seconds > 43_200 ? String(end.prefix(19).replacing("T", with: " ")) : String(end.dropFirst(11).prefix(8))
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
            stage: progress.stage,
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
