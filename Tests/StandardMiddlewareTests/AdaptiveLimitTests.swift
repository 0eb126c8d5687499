import PluginKit
import PluginTestKit
import StandardMiddleware
import Testing

/// The limit against simulated servers: those with which Vector tests its own.
@Suite struct AdaptiveLimitTests {
    @Test func `with a server that always takes the same time it grows while there is work`() {
        // 1 + 2 + … + 31 is about 500: one more in each tenth of a second.
        let result = Simulation(requests: 500).run()
        #expect(30...32 ~= result.mostInFlight)
        #expect(14...17 ~= result.meanInFlight)
        #expect(30...33 ~= result.limits.max() ?? 0)
        #expect(result.seconds < 3.5)
        #expect(result.rejections == 0)
    }

    @Test(arguments: [0.02, 0.1, 0.5, 0.9], UInt64(1)...5)
    func `a server that turns away what is above five is hardly asked for more`(refusal: Double, seed: UInt64) {
        var simulation = Simulation(requests: 500)
        simulation.cap = 5
        simulation.refusal = refusal
        simulation.seed = seed
        let result = simulation.run()
        #expect(result.rejections * 100 <= 2 * (500 + result.rejections))
        #expect(result.seconds < 13)
        #expect(result.mostInFlight <= 7)
    }

    @Test func `a server that has what is above five wait is not asked for much more`() {
        var simulation = Simulation(requests: 1000)
        simulation.places = 5
        let result = simulation.run()
        #expect(result.rejections == 0)
        // Twenty seconds are what five at once take; it is careful for the rest of the time.
        #expect(result.seconds < 35)
        #expect(result.meanInFlight < 10)
    }

    @Test func `a link that is slow is used as one that is fast`() {
        var simulation = Simulation(requests: 500)
        simulation.delay = 2
        let result = simulation.run()
        #expect(30...32 ~= result.mostInFlight)
        #expect(14...17 ~= result.meanInFlight)
    }

    @Test(arguments: UInt64(1)...10)
    func `jitter slows growth and does not undo it`(seed: UInt64) {
        var simulation = Simulation(requests: 1000)
        simulation.jitter = 0.2
        simulation.seed = seed
        let result = simulation.run()
        #expect(result.meanInFlight > 2)
        #expect(result.mostInFlight <= 60)
        #expect(result.rejections == 0)
    }

    @Test func `above a knee where a server becomes slower it does not run away`() {
        var simulation = Simulation(requests: 2000)
        // Above ten at once, each further one makes all slower by a tenth.
        simulation.knee = 10
        let result = simulation.run()
        #expect(8...25 ~= result.meanInFlight)
        #expect(result.mostInFlight <= 30)
    }

    @Test(arguments: [(interval: 0.15, limit: 2), (interval: 0.05, limit: 5)])
    func `with a sender that is slower than the server it does not grow without need`(interval: Double, limit: Int) {
        var simulation = Simulation(requests: 300)
        // A request takes 100 ms. Of two at once, the second begins late and what waits is made up for.
        simulation.interval = interval
        let result = simulation.run()
        #expect((result.limits.max() ?? 0) <= limit)
        #expect(result.mostInFlight < limit)
    }

    @Test func `a limit that is fixed stays what it is`() async throws {
        let pool = WorkerPool(.fixed(10), most: 200, queue: 10, time: ManualTime())
        for outcome in [AdaptiveLimit.Outcome.turnedAway, .answered, .undecided, .turnedAway] {
            for _ in 0..<50 { pool.leave(try await pool.enter(), outcome) }
            #expect(pool.usage.places == 10)
        }
        #expect(pool.usage.turnedAway == 100)
    }

    @Test func `it never exceeds what is allowed nor falls below one`() {
        var simulation = Simulation(requests: 2000)
        simulation.most = 7
        #expect(simulation.run().limits.max() == 7)
        simulation.cap = 1
        #expect(simulation.run().limits.min() == 1)
    }
}

/// A sender, a limit and a server, in simulated time.
struct Simulation {
    var requests: Int
    /// How long the server takes for a request, in seconds.
    var delay = 0.1
    /// By which part of the delay it is late on average, at random.
    var jitter = 0.0
    /// How many the server takes at once; what is above is turned away a little sooner than others are served.
    var cap = Int.max
    /// After which part of the delay it turns away.
    var refusal = 0.9
    /// How many it serves at once; what is above waits there.
    var places = Int.max
    /// From how many on it becomes slower.
    var knee = Int.max
    /// How far apart the sender's requests are.
    var interval = 0.0
    var most = 200
    var seed: UInt64 = 1

    struct Result {
        var rejections = 0
        var mostInFlight = 0
        var meanInFlight = 0.0
        var seconds = 0.0
        /// The limit after each answer.
        var limits: [Int] = []
    }

    private enum Event {
        case comes
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
        var events = (0..<requests).map { (at: Duration.seconds(Double($0) * interval), event: Event.comes) }
        while done < requests, let index = events.indices.min(by: { events[$0].at < events[$1].at }) {
            let (at, event) = events.remove(at: index)
            area += Double(inFlight) * Self.seconds(at - now)
            now = at
            switch event {
            case .comes: waiting += 1
            case .ends(let begin, let isRejected):
                inFlight -= 1
                if !isRejected { atServer -= 1 }
                limit.end(isRejected ? .turnedAway : .answered, after: now - begin, now: now)
                result.limits.append(limit.limit)
                if isRejected {
                    // It comes again after a pause, as from a layer outside.
                    result.rejections += 1
                    let pause = Double(numbers.next(below: 1000)) / 1000
                    events.append((now + .seconds(pause), .comes))
                } else {
                    done += 1
                }
            }
            while waiting > 0, inFlight < limit.limit {
                waiting -= 1
                inFlight += 1
                limit.begin()
                result.mostInFlight = max(result.mostInFlight, inFlight)
                let isRejected = atServer >= cap
                if !isRejected { atServer += 1 }
                let slowness = 1 + 0.1 * Double(max(0, atServer - min(knee, atServer)))
                let lateness = jitter * Double(numbers.next(below: 2000)) / 1000
                var duration = isRejected ? delay * refusal : delay * (slowness + lateness)
                if atServer > places { duration = delay * Double((atServer + places - 1) / places) }
                events.append((now + .seconds(duration), .ends(begin: now, isRejected: isRejected)))
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
