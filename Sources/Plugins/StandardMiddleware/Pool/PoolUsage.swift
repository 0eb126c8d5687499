package import PluginKit

/// How much a pool was used.
package struct PoolUsage: Sendable {
    /// How many calls were let in.
    package var calls = 0
    /// How many places there are now.
    package var places = 0
    /// How many are in use now.
    package var inUse = 0
    /// How many calls wait now.
    package var waiting = 0
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
    /// Nanoseconds of the clock.
    private var begin: Int64?
    private var last: Int64 = 0
    /// Places in use, and places that were there, each times the nanoseconds that they were.
    private var used = 0.0
    private var offered = 0.0

    /// How many places were in use on average, from the first call to the last.
    package var meanInUse: Double {
        guard let begin, last > begin else { return 0 }
        return used / Double(last - begin)
    }

    /// Which part of the places was in use on average, from 0 to 1.
    package var utilisation: Double { offered > 0 ? used / offered : 0 }

    /// Notes how many places were in use until now, in nanoseconds of the clock.
    mutating func note(inUse: Int, of places: Int, until now: Int64) {
        if begin == nil {
            begin = now
        } else {
            let length = Double(now - last)
            used += length * Double(inUse)
            offered += length * Double(places)
        }
        last = now
    }

    /// Notes that a call was let in.
    ///
    /// - Parameters:
    ///   - inUse: How many places are in use with it.
    ///   - places: How many there are.
    ///   - now: When it is, in nanoseconds of the clock.
    mutating func admit(inUse: Int, of places: Int, at now: Int64) {
        note(inUse: inUse - 1, of: places, until: now)
        calls += 1
        mostInUse = max(mostInUse, inUse)
    }

    /// As the report has them.
    ///
    /// - Parameter isShared: Whether stages share the pool.
    /// - Returns: The figures.
    package func figures(isShared: Bool = false) -> [Figure] {
        [
            Figure("calls", value: Double(calls), metric: .poolCalls, isShared: isShared),
            Figure("places", value: Double(places), metric: .poolPlaces, isShared: isShared),
            Figure("most in use", value: Double(mostInUse), metric: .poolMostInUse, isShared: isShared),
            Figure("mean in use", value: (meanInUse * 100).rounded() / 100),
            Figure(
                "utilisation",
                value: (utilisation * 1000).rounded() / 10,
                unit: "%",
                metric: .poolUtilisation,
                isShared: isShared
            ),
            Figure("waiting", value: Double(waiting), isShared: isShared),
            Figure("most waiting", value: Double(mostWaiting), metric: .poolMostWaiting, isShared: isShared),
            Figure("queue full", value: Double(overflows), metric: .poolOverflows, isShared: isShared),
            Figure("time waited", value: waited.seconds, unit: "s", metric: .poolWait, isShared: isShared),
            Figure("turned away", value: Double(turnedAway), metric: .poolTurnedAway, isShared: isShared),
        ]
    }
}
