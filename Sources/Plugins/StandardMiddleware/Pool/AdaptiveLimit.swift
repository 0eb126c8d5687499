/// Finds out how many calls at the same time the other side can take.
///
/// It compares how long calls take now with how long they took before, about once in the time that a call takes. If all
/// allowed calls were in use, and none was turned away or slower, one more is allowed; if some were, a tenth fewer.
///
/// This is the algorithm of Vector's Adaptive Request Concurrency (vector.dev, "Adaptive Request Concurrency", 2020),
/// with two changes that were measured: what counts as slower has a floor, since a server that always takes the same
/// time would look slower by its smallest hesitation; and after a decrease the next 20 increases are swallowed, so that
/// a server with a hard limit is asked for too much far less often.
package struct AdaptiveLimit: Sendable {
    /// What became of a call.
    package enum Outcome: Sendable {
        /// It has an answer.
        case answered
        /// It was turned away, or took too long: something that may pass.
        case turnedAway
        /// It failed, or was stopped, for a reason that says nothing about the other side's load.
        case undecided
    }

    /// How many calls are allowed at the same time.
    package private(set) var limit = 1
    private let most: Int
    private var inFlight = 0
    private var past: Average?
    private var current = Mean()
    private var nextUpdate: Duration?
    /// When the last decrease was.
    private var decreased = Duration.zero
    /// Whether all calls that are allowed were in use.
    private var isReached = false
    /// How many increases are still swallowed.
    private var heldBack = 0

    /// A limit of one call, until there is reason for more.
    ///
    /// - Parameter most: What it never exceeds.
    package init(most: Int) { self.most = most }

    /// Notes that a call has begun.
    package mutating func begin() {
        inFlight += 1
        if inFlight >= limit { isReached = true }
    }

    /// Notes that a call has ended, and draws conclusions if it is time.
    ///
    /// - Parameters:
    ///   - outcome: What became of it.
    ///   - duration: How long it took.
    ///   - now: When it is.
    package mutating func end(_ outcome: Outcome, after duration: Duration, now: Duration) {
        inFlight -= 1
        switch outcome {
        case .answered: current.add(duration.seconds)
        case .turnedAway:
            // One that had begun before the last decrease tells what is known already.
            if now - duration >= decreased { decrease(now: now) }
        case .undecided: break
        }
        guard var past else {
            if let mean = current.value {
                past = Average(mean: mean)
                nextUpdate = now + .seconds(mean)
            }
            return
        }
        if let nextUpdate, now < nextUpdate { return }
        adjust(past, now: now)
        if let mean = current.value { past.add(mean) }
        self.past = past
        beginAnew(now: now)
    }

    private mutating func adjust(_ past: Average, now: Duration) {
        guard let mean = current.value else { return }
        let threshold = max(past.deviation * 2.5, past.mean * 0.02, 0.001)
        if limit < most, isReached, mean <= past.mean {
            guard heldBack == 0 else {
                heldBack -= 1
                return
            }
            limit += 1
        } else if limit > 1, mean >= past.mean + threshold {
            decrease(now: now)
        }
    }

    private mutating func decrease(now: Duration) {
        limit = max(1, limit * 9 / 10)
        heldBack = 20
        decreased = now
        beginAnew(now: now)
    }

    /// Forgets what was seen since the last look, and waits as long as a call takes before the next.
    private mutating func beginAnew(now: Duration) {
        if let past { nextUpdate = now + .seconds(past.mean) }
        current = Mean()
        isReached = false
    }

    /// The mean of some numbers; of equal ones, exactly that number.
    private struct Mean {
        private var count = 0.0
        private var mean = 0.0

        var value: Double? { count > 0 ? mean : nil }

        mutating func add(_ number: Double) {
            count += 1
            mean += (number - mean) / count
        }
    }

    /// A mean and a variance in which what is long ago counts less and less.
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
