internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Runs

extension RecentProgress {
    /// The progress of a run as it is shown.
    struct Reading {
        let moment: Moment
        /// Records read in a second, in the last seconds.
        let rate: Int
        /// The stage that the run waited for most of that time; nil if it did not wait that much.
        let holding: String?

        /// A line, no wider than the terminal: what does not fit is left out, the least important first.
        ///
        /// - Parameter width: The width of the terminal in columns; nil for no limit.
        /// - Returns: For example `'plays': 120,000 read, 40,200/s, 3.1 s, 3 pages in flight, waits for 'diary'`.
        func line(width: Int?) -> String {
            let doing = moment.isFinishing ? "completing '\(moment.stage)'" : "'\(moment.stage)'"
            var parts = ["\(doing): \(moment.read.grouped) read", "\(rate.grouped)/s"]
            if let share = moment.share { parts.append("\(Self.percent(share)) of '\(share.source)'") }
            if moment.rejected > 0 { parts.append("\(moment.rejected.grouped) rejected") }
            parts.append(moment.elapsed.shortText)
            if let waiting = moment.waiting { parts.append(waiting.words(at: moment.now, offset: moment.offset)) }
            if let holding { parts.append("waits for '\(holding)'") }
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

        /// The same as a line of JSON.
        ///
        /// - Parameter step: The step that runs.
        /// - Returns: The line.
        func logLine(step: String) -> LogLine {
            LogLine("progress", message: line(width: nil)) { json in
                json.member("step", value: step)
                json.member("stage", value: moment.stage)
                json.member("finishing", value: moment.isFinishing)
                json.member("read", value: moment.read)
                json.member("perSecond", value: rate)
                json.member("rejected", value: moment.rejected)
                json.member("seconds", value: moment.elapsed.seconds)
                json.member("pagesInFlight", value: moment.pagesInFlight)
                json.member("batchesQueued", value: moment.batchesWaiting)
                if let share = moment.share {
                    json.key("share")
                    json.object { json in
                        json.member("source", value: share.source)
                        json.member("read", value: share.value)
                    }
                }
                if let holding { json.member("waitsFor", value: holding) }
                if let waiting = moment.waiting {
                    json.key("waiting")
                    json.object { json in
                        json.member("reason", value: waiting.reason)
                        json.member("limit", value: waiting.isLimit)
                        if let left = waiting.left { json.member("until", value: Self.time(left, after: moment.now)) }
                    }
                }
            }
        }

        /// A share that is rounded down: it is 100 % only when everything is read.
        private static func percent(_ share: (source: String, value: Double)) -> String {
            "\(Int(clamping: (share.value * 100).rounded(.down))) %"
        }

        /// The time at which a wait ends, in UTC.
        private static func time(_ left: Duration, after now: Int64) -> String {
            let end = now.adding(clamped: (left + .milliseconds(999)).wholeSeconds)
            return String(ISO8601.text(ofMilliseconds: min(end, 253_402_300_799) * 1000).prefix(19)) + "Z"
        }
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
