package import PluginKit

/// How much a pool was used.
package struct PoolUsage: Sendable {
    /// How many calls were let in.
    package var calls = 0
    /// How many places there are now.
    package var places = 0
    /// The most that were in use at the same time.
    package var mostInUse = 0
    /// The most calls that waited at the same time.
    package var mostWaiting = 0
    /// How often a call came when the queue was full.
    package var overflows = 0
    /// How long all calls together have waited.
    package var waited = Duration.zero
    /// How many calls were turned away by the other side.
    package var turnedAway = 0
    private var begin: Duration?
    private var last = Duration.zero
    /// Places in use times seconds.
    private var area = 0.0

    /// How many places were in use on average, from the first call to the last.
    package var meanInUse: Double {
        guard let begin, last > begin else { return 0 }
        return area / (last - begin).seconds
    }

    /// Notes how many places were in use until now.
    mutating func note(_ inUse: Int, until now: Duration) {
        if begin == nil { begin = now } else { area += Double(inUse) * (now - last).seconds }
        last = now
    }

    /// As the report has them.
    package var figures: [Figure] {
        [
            Figure("calls", Double(calls)),
            Figure("places", Double(places)),
            Figure("most in use", Double(mostInUse)),
            Figure("mean in use", (meanInUse * 100).rounded() / 100),
            Figure("most waiting", Double(mostWaiting)),
            Figure("queue full", Double(overflows)),
            Figure("time waited", waited.seconds, unit: "s"),
            Figure("turned away", Double(turnedAway)),
        ]
    }
}
