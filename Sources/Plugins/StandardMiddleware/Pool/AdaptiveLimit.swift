/// Finds how many calls at the same time the server can handle.
///
/// About once in the duration of a call, it compares how long calls take now with how long they took before. If all
/// allowed calls were in use, and none failed or took longer, one more is allowed; if some did, a tenth fewer.
///
/// The algorithm is Vector's Adaptive Request Concurrency (vector.dev, "Adaptive Request Concurrency", 2020), with
/// measured changes:
///
/// - The threshold above which calls count as slower has a minimum. Otherwise, with a server of constant speed, the
///   smallest deviation would count as slower. A duration within a thousandth of the previous one counts as equal: an
///   average that follows a slower server approaches it without ever reaching it.
/// - A limit at which calls failed is tried again only after 20 skipped increases, and after twice as many, up to 160,
///   each time it fails again. Lower limits were fine and are not blocked.
/// - After a decrease because calls took longer, five increases are skipped: calls are slower by chance far more often
///   than they fail by chance.
/// - An increase is followed by another one only when the calls that used it have ended (`LimitProbe`), so a server
///   whose refusals take longer than its answers does not get ever more calls in the meantime.
///
/// Times and durations are nanoseconds of the clock.
package struct AdaptiveLimit: Sendable {
    /// The outcome of a call.
    package enum Outcome: Sendable {
        /// The call was answered.
        case answered
        /// The call failed transiently: it was refused or timed out.
        case overloaded
        /// The call failed, or was cancelled, for a reason unrelated to load.
        case undecided
    }

    /// How many calls are allowed at the same time.
    package private(set) var limit = 1
    private let most: Int
    private var inFlight = 0
    private var past: Average?
    private var current = Mean()
    private var nextUpdate: Int64?
    /// Whether all allowed calls were in use.
    private var isReached = false
    /// How many increases are still skipped because calls took longer.
    private var skipped = 0
    /// The limit at which a call last failed transiently, and when that was noticed.
    private var refused = (limit: Int.max, moment: Int64(0))
    /// How many increases to that limit are still skipped.
    private var barred = 0
    /// How many increases are skipped after a failure.
    private var bar = Self.bars.lowerBound
    private var probe = LimitProbe()
    /// The limit after the increase that the probe observes.
    private var probed = 1
    /// Whether to increase the limit as soon as the probe is over.
    private var isDue = false

    private static let holdOff = 5
    private static let bars = 20...160

    /// Creates a limit that begins with one call.
    ///
    /// - Parameter most: The maximum.
    package init(most: Int) { self.most = most }

    /// Notes that a call has begun.
    ///
    /// - Parameter now: The current time.
    package mutating func begin(now: Int64) {
        inFlight += 1
        let isLast = inFlight >= limit
        if isLast { isReached = true }
        probe.begin(now: now, isLast: isLast)
    }

    /// Notes that a call has ended, and adapts the limit if it is time.
    ///
    /// - Parameters:
    ///   - outcome: The outcome of the call.
    ///   - duration: The duration of the call.
    ///   - now: The current time.
    package mutating func end(_ outcome: Outcome, after duration: Int64, now: Int64) {
        inFlight -= 1
        let begun = now - duration
        probe.end(begun: begun)
        switch outcome {
        case .answered: current.add(Double(duration) / 1e9)
        case .overloaded:
            // A call that began before the last failure was noticed adds no information.
            if begun >= refused.moment { refuse(wasProbe: probe.contains(begun), now: now) }
        case .undecided: break
        }
        guard var past else {
            if let mean = current.value {
                past = Average(mean: mean)
                nextUpdate = now + Self.nanoseconds(mean)
            }
            return
        }
        let continues = isDue && probe.isOver
        if let nextUpdate, now < nextUpdate, !continues { return }
        let mean = current.value
        if continues { increase(now: now) } else { adjust(past, now: now) }
        if let mean { past.add(mean) }
        self.past = past
        beginAnew(now: now)
    }

    /// Compares the durations since the last check with those before.
    private mutating func adjust(_ past: Average, now: Int64) {
        guard let mean = current.value else { return }
        let threshold = max(past.deviation * 2.5, past.mean * 0.02, 0.001)
        if limit < most, isReached, mean <= past.mean * 1.001 {
            if skipped > 0 {
                skipped -= 1
            } else if limit + 1 >= refused.limit, barred > 0 {
                barred -= 1
            } else if probe.isOver || limit + 1 < probed {
                increase(now: now)
            } else {
                isDue = true
            }
        } else if limit > 1, mean >= past.mean + threshold {
            limit = Self.fewer(than: limit)
            skipped = Self.holdOff
            isDue = false
        }
    }

    private mutating func increase(now: Int64) {
        limit += 1
        isDue = false
        guard probe.isOver else { return }
        probe.open(now: now)
        probed = limit
    }

    /// Lowers the limit after a transient failure.
    ///
    /// - Parameters:
    ///   - wasProbe: Whether the call began with the last increase, which then was one too many.
    ///   - now: The current time.
    private mutating func refuse(wasProbe: Bool, now: Int64) {
        let number = wasProbe ? probed : limit
        let isKnown = wasProbe && number == refused.limit
        bar = isKnown ? min(bar * 2, Self.bars.upperBound) : Self.bars.lowerBound
        barred = bar
        refused = (number, now)
        // The limit may already be lower because calls took longer.
        limit = min(limit, Self.fewer(than: number))
        isDue = false
        probe.abandon()
        beginAnew(now: now)
    }

    private static func nanoseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e9).rounded()) }

    /// A tenth fewer, and at least one.
    private static func fewer(than limit: Int) -> Int { max(1, limit * 9 / 10) }

    /// Clears what was measured since the last check; the next check is due after the duration of a call.
    private mutating func beginAnew(now: Int64) {
        if let past { nextUpdate = now + Self.nanoseconds(past.mean) }
        current = Mean()
        isReached = false
    }

    /// A mean of numbers; of equal numbers, exactly that number.
    private struct Mean {
        private var count = 0.0
        private var mean = 0.0

        var value: Double? { count > 0 ? mean : nil }

        mutating func add(_ number: Double) {
            count += 1
            mean += (number - mean) / count
        }
    }

    /// An exponentially weighted mean and variance.
    private struct Average {
        private(set) var mean: Double
        private var variance = 0.0

        init(mean: Double) { self.mean = mean }

        var deviation: Double { variance.squareRoot() }

        mutating func add(_ number: Double) {
            let difference = number - mean
            let part = 0.4 * difference
            mean += part
            variance = 0.6 * (variance + difference * part)
        }
    }
}
