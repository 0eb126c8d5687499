import PluginKit
import PluginTestKit
import StandardMiddleware
import Testing

/// A sender, a limit and a server, in simulated time.
struct Simulation {
    var requests: Int
    /// How long the server takes for a request, in seconds.
    var delay = 0.1
    /// By which part of the delay it is late on average, at random.
    var jitter = 0.0
    /// How many the server takes at once.
    var cap = Int.max
    /// What becomes of those above the cap.
    var above = Excess.refused(0.9)
    /// From which second on it takes three times as long, for good.
    var slowdown = Double.infinity
    /// How many it serves at once; what is above waits there.
    var places = Int.max
    /// From how many on it becomes slower.
    var knee = Int.max
    /// How far apart the sender's requests are.
    var interval = 0.0
    /// Up to which number of nanoseconds, less one, a clock was read before a call begins.
    var skew = 1
    /// How many of a thousand requests fail in passing, whatever the load.
    var flaws = 0
    var most = 200
    var seed: UInt64 = 1

    /// What becomes of a request that the server has no room for.
    enum Excess: Hashable, CustomTestStringConvertible {
        /// It is turned away, after a part of the time that others take.
        case refused(Double)
        /// Nobody answers, and a limit of time inside of the pool ends the call after so many seconds.
        case dropped(Double)

        var testDescription: String {
            switch self {
            case .refused(let part): "refused after \(part) of the time that an answer takes"
            case .dropped(let limit): "given up after \(limit) s"
            }
        }
    }

    struct Result {
        var rejections = 0
        var mostInFlight = 0
        var meanInFlight = 0.0
        var seconds = 0.0
        /// The limit after each answer.
        var limits: [Int] = []
        /// At which second each answer came.
        var answered: [Double] = []
        /// How many of a hundred calls were above the cap.
        var rejected: Double { 100 * Double(rejections) / Double(max(1, limits.count)) }
    }

    private enum Event {
        /// The first time.
        case comes(Int)
        /// After it was rejected.
        case comesAgain
        case ends(begin: Duration, isRejected: Bool)
    }

    init(requests: Int) { self.requests = requests }

    func run() -> Result {
        var numbers = SeededNumbers(seed: seed)
        var limit = AdaptiveLimit(most: most)
        var result = Result()
        var area = 0.0
        var (waiting, atServer, inFlight, done) = (0, 0, 0, 0)
        var now = Duration.zero
        var events = [(at: Duration.zero, event: Event.comes(1))]
        while done < requests, let index = events.indices.min(by: { events[$0].at < events[$1].at }) {
            let (at, event) = events.remove(at: index)
            area += Double(inFlight) * Self.seconds(at - now)
            now = at
            switch event {
            case .comes(let number):
                waiting += 1
                if number < requests { events.append((.seconds(Double(number) * interval), .comes(number + 1))) }
            case .comesAgain: waiting += 1
            case .ends(let begin, let isRejected):
                inFlight -= 1
                if !isRejected { atServer -= 1 }
                let length = now.nanoseconds - begin.nanoseconds
                limit.end(isRejected ? .overloaded : .answered, after: length, now: now.nanoseconds)
                result.limits.append(limit.limit)
                if isRejected {
                    // It comes again after a pause, as from a layer outside.
                    result.rejections += 1
                    let pause = Double(numbers.next(below: 1000)) / 1000
                    events.append((now + .seconds(pause), .comesAgain))
                } else {
                    done += 1
                    result.answered.append(Self.seconds(now))
                }
            }
            while waiting > 0, inFlight < limit.limit {
                waiting -= 1
                inFlight += 1
                let begin = now - .nanoseconds(skew == 1 ? 0 : numbers.next(below: skew))
                limit.begin(now: begin.nanoseconds)
                result.mostInFlight = max(result.mostInFlight, inFlight)
                let isRejected = atServer >= cap || (flaws > 0 && numbers.next(below: 1000) < flaws)
                if !isRejected { atServer += 1 }
                let slowness = 1 + 0.1 * Double(max(0, atServer - min(knee, atServer)))
                let lateness = jitter * Double(numbers.next(below: 2000)) / 1000
                var duration = delay * (slowness + lateness)
                if atServer > places { duration = delay * Double((atServer + places - 1) / places) }
                if Self.seconds(now) >= slowdown { duration *= 3 }
                if isRejected {
                    switch above {
                    case .refused(let part): duration = delay * part
                    case .dropped(let limit): duration = limit
                    }
                }
                events.append((now + .seconds(duration), .ends(begin: begin, isRejected: isRejected)))
            }
        }
        result.seconds = Self.seconds(now)
        result.meanInFlight = area / result.seconds
        return result
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
}
