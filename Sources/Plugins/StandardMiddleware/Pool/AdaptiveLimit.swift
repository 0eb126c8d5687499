/// Finds out how many calls at the same time the other side can take.
///
/// It compares how long calls take now with how long they took before, about once in the time that a call takes. If all
/// allowed calls were in use, and none was turned away or slower, one more is allowed; if some were, a tenth fewer.
///
/// This is the algorithm of Vector's Adaptive Request Concurrency (vector.dev, "Adaptive Request Concurrency", 2020),
/// with changes that were measured:
///
/// - What counts as slower has a floor, since a server that always takes the same time would look slower by its smallest
///   hesitation. What is as fast as before to a thousandth counts as that: an average that follows a server which has
///   become slower comes near without ever arriving.
/// - A number at which the other side has turned somebody away is tried again only after 20 increases were left out, and
///   after twice as many, up to 160, each time that it was refused again. What is below it was fine, and is not barred.
/// - Behind a decrease because calls took longer, five increases are left out: chance makes calls slower far more often
///   than it has them turned away.
/// - An increase is followed by another one only when the calls have come back that made use of it (`LimitProbe`), so that
///   a server that refuses more slowly than it answers is not asked for ever more in the meantime.
///
/// Moments and lengths are nanoseconds of the clock.
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
    private var nextUpdate: Int64?
    /// Whether all calls that are allowed were in use.
    private var isReached = false
    /// How many increases are still left out because calls took longer.
    private var heldBack = 0
    /// At which limit a call was turned away last, and when that was heard of.
    private var refused = (limit: Int.max, moment: Int64(0))
    /// How many increases to that limit are still left out.
    private var barred = 0
    /// How many are left out behind a refusal.
    private var bar = Self.bars.lowerBound
    private var probe = LimitProbe()
    /// What was allowed with the increase that the probe is about.
    private var probed = 1
    /// Whether there is an increase as soon as the probe is over.
    private var isDue = false

    private static let holdOff = 5
    private static let bars = 20...160

    /// A limit of one call, until there is reason for more.
    ///
    /// - Parameter most: What it never exceeds.
    package init(most: Int) { self.most = most }

    /// Notes that a call has begun.
    ///
    /// - Parameter now: When it is.
    package mutating func begin(now: Int64) {
        inFlight += 1
        let isLast = inFlight >= limit
        if isLast { isReached = true }
        probe.begin(now: now, isLast: isLast)
    }

    /// Notes that a call has ended, and draws conclusions if it is time.
    ///
    /// - Parameters:
    ///   - outcome: What became of it.
    ///   - duration: How long it took.
    ///   - now: When it is.
    package mutating func end(_ outcome: Outcome, after duration: Int64, now: Int64) {
        inFlight -= 1
        let begun = now - duration
        probe.end(begun: begun)
        switch outcome {
        case .answered: current.add(Double(duration) / 1e9)
        case .turnedAway:
            // One that had begun before the last one was heard of tells what is known already.
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
        let goesOn = isDue && probe.isOver
        if let nextUpdate, now < nextUpdate, !goesOn { return }
        let mean = current.value
        if goesOn { increase(now: now) } else { adjust(past, now: now) }
        if let mean { past.add(mean) }
        self.past = past
        beginAnew(now: now)
    }

    /// Compares how long calls took since the last look with how long they took before.
    private mutating func adjust(_ past: Average, now: Int64) {
        guard let mean = current.value else { return }
        let threshold = max(past.deviation * 2.5, past.mean * 0.02, 0.001)
        if limit < most, isReached, mean <= past.mean * 1.001 {
            if heldBack > 0 {
                heldBack -= 1
            } else if limit + 1 >= refused.limit, barred > 0 {
                barred -= 1
            } else if probe.isOver || limit + 1 < probed {
                increase(now: now)
            } else {
                isDue = true
            }
        } else if limit > 1, mean >= past.mean + threshold {
            limit = Self.fewer(than: limit)
            heldBack = Self.holdOff
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

    /// Draws conclusions from a call that was turned away.
    ///
    /// - Parameters:
    ///   - wasProbe: Whether it began with the last increase, which then was one too many.
    ///   - now: When it is.
    private mutating func refuse(wasProbe: Bool, now: Int64) {
        let number = wasProbe ? probed : limit
        let isKnown = wasProbe && number == refused.limit
        bar = isKnown ? min(bar * 2, Self.bars.upperBound) : Self.bars.lowerBound
        barred = bar
        refused = (number, now)
        // Calls that took longer may have made it fewer in the meantime.
        limit = min(limit, Self.fewer(than: number))
        isDue = false
        probe.abandon()
        beginAnew(now: now)
    }

    private static func nanoseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e9).rounded()) }

    /// A tenth fewer, and at least one.
    private static func fewer(than limit: Int) -> Int { max(1, limit * 9 / 10) }

    /// Forgets what was seen since the last look, and waits as long as a call takes before the next.
    private mutating func beginAnew(now: Int64) {
        if let past { nextUpdate = now + Self.nanoseconds(past.mean) }
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
