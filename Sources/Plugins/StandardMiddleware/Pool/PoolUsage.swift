package import PluginKit

/// How a pool was used.
package struct PoolUsage: Sendable {
    /// The number of calls that got a place.
    package var calls = 0
    /// The current number of places.
    package var places = 0
    /// The current number of places in use.
    package var inUse = 0
    /// The current number of calls waiting.
    package var waiting = 0
    /// The most places in use at the same time.
    package var mostInUse = 0
    /// The most calls waiting at the same time.
    package var mostWaiting = 0
    /// How often a call arrived when the queue was full.
    package var overflows = 0
    /// The total time that calls have waited.
    package var waited = Duration.zero
    /// The number of calls that failed transiently.
    package var transientFailures = 0
    /// Nanoseconds of the clock.
    private var begin: Int64?
    private var last: Int64 = 0
    /// The integrals over time of the places in use and of the places, in nanoseconds.
    private var used = 0.0
    private var offered = 0.0

    /// The average number of places in use, from the first call to the last.
    package var meanInUse: Double {
        guard let begin, last > begin else { return 0 }
        return used / Double(last - begin)
    }

    /// The average share of the places in use, from 0 to 1.
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

    /// Notes that a call got a place.
    ///
    /// - Parameters:
    ///   - inUse: The number of places in use, including the new one.
    ///   - places: The number of places.
    ///   - now: The current time, in nanoseconds of the clock.
    mutating func admit(inUse: Int, of places: Int, at now: Int64) {
        note(inUse: inUse - 1, of: places, until: now)
        calls += 1
        mostInUse = max(mostInUse, inUse)
    }

    /// The metrics for the report.
    ///
    /// - Parameter isShared: Whether stages share the pool.
    /// - Returns: The metrics.
    package func measurements(isShared: Bool = false) -> [Measurement] {
        [
            Measurement("calls", value: Double(calls), metric: .poolCalls, isShared: isShared),
            Measurement("places", value: Double(places), metric: .poolPlaces, isShared: isShared),
            Measurement("most in use", value: Double(mostInUse), metric: .poolMostInUse, isShared: isShared),
            Measurement("mean in use", value: (meanInUse * 100).rounded() / 100),
            Measurement(
                "utilisation",
                value: (utilisation * 1000).rounded() / 10,
                unit: "%",
                metric: .poolUtilisation,
                isShared: isShared
            ),
            Measurement("waiting", value: Double(waiting), isShared: isShared),
            Measurement("most waiting", value: Double(mostWaiting), metric: .poolMostWaiting, isShared: isShared),
            Measurement("queue full", value: Double(overflows), metric: .poolOverflows, isShared: isShared),
            Measurement("time waited", value: waited.seconds, unit: "s", metric: .poolWait, isShared: isShared),
            Measurement(
                "transient failures",
                value: Double(transientFailures),
                metric: .poolTransientFailures,
                isShared: isShared
            ),
        ]
    }
}
