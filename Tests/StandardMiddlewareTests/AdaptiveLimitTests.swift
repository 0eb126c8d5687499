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

    @Test(arguments: [1, 2, 3, 5, 10, 20], [0.02, 0.1, 0.5, 0.9, 1.5, 3].map(Simulation.Excess.refused))
    func `a server that turns away what is above its cap is hardly asked for more`(
        cap: Int,
        above: Simulation.Excess
    ) {
        for seed in UInt64(1)...5 {
            for jitter in [0, 0.2] {
                var simulation = Simulation(requests: 500)
                simulation.cap = cap
                simulation.above = above
                simulation.jitter = jitter
                simulation.seed = seed
                let result = simulation.run()
                #expect(result.rejected <= 2, "seed \(seed), jitter \(jitter)")
                #expect(result.mostInFlight <= cap + 1, "seed \(seed), jitter \(jitter)")
            }
        }
    }

    @Test(arguments: [0.02, 0.1, 0.5, 0.9, 1.5, 3])
    func `what a server takes simultaneously is used, however slowly it turns away the rest`(refusal: Double) {
        var simulation = Simulation(requests: 500)
        simulation.cap = 5
        simulation.above = .refused(refusal)
        let result = simulation.run()
        // Ten seconds are what five at once take.
        #expect(result.seconds < 10.5)
        #expect(result.rejections <= 3)
    }

    @Test(arguments: [1, 2, 5, 20], [0.5, 1, 10, 60].map(Simulation.Excess.dropped))
    func `a server that says nothing to what is above its cap is hardly asked for more`(
        cap: Int,
        above: Simulation.Excess
    ) {
        for seed in UInt64(1)...5 {
            for jitter in [0, 0.2] {
                var simulation = Simulation(requests: 500)
                simulation.cap = cap
                simulation.above = above
                simulation.jitter = jitter
                simulation.seed = seed
                let result = simulation.run()
                #expect(result.rejected <= 2, "seed \(seed), jitter \(jitter)")
                #expect(result.mostInFlight <= cap + 1, "seed \(seed), jitter \(jitter)")
            }
        }
    }

    @Test(arguments: [1.0, 10, 60])
    func `a call that hangs keeps no other from the server`(limit: Double) {
        var simulation = Simulation(requests: 5000)
        simulation.cap = 5
        simulation.above = .dropped(limit)
        // A hundred seconds are what five at once take; the last one to hang may come later.
        let answered = simulation.run().answered
        #expect(answered[answered.count - 10] < 101)
    }

    @Test(arguments: UInt64(1)...5)
    func `the same number that is refused again and again is asked for more and more rarely`(seed: UInt64) {
        var simulation = Simulation(requests: 5000)
        simulation.cap = 5
        simulation.seed = seed
        // After 20, 40, 80 and then 160 increases that were left out, of five calls each.
        #expect(5...9 ~= simulation.run().rejections)
    }

    @Test(arguments: [0, 0.05, 0.2], UInt64(1)...5)
    func `a server that becomes slower for good is not left with one call`(jitter: Double, seed: UInt64) {
        var simulation = Simulation(requests: 4000)
        simulation.slowdown = 2
        simulation.jitter = jitter
        simulation.seed = seed
        let result = simulation.run()
        #expect(result.seconds < 70)
        #expect(result.limits.suffix(1000).min() ?? 0 >= 20)
    }

    @Test(arguments: UInt64(1)...5)
    func `failures that have nothing to do with how much is asked for leave places`(seed: UInt64) {
        var simulation = Simulation(requests: 5000)
        simulation.flaws = 5
        simulation.jitter = 0.05
        simulation.seed = seed
        let result = simulation.run()
        #expect(result.seconds < 110)
        #expect(result.meanInFlight > 5)
    }

    @Test(arguments: UInt64(1)...20)
    func `clocks that were read a little out of order do not end growth`(seed: UInt64) {
        var simulation = Simulation(requests: 500)
        simulation.skew = 50
        simulation.seed = seed
        let result = simulation.run()
        #expect(result.mostInFlight >= 20)
        #expect(result.seconds < 5)
    }

    @Test func `a server that has what is above five wait is not asked for much more`() {
        var simulation = Simulation(requests: 1000)
        simulation.places = 5
        let result = simulation.run()
        #expect(result.rejections == 0)
        // Twenty seconds are what five at once take.
        #expect(result.seconds < 26)
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
        #expect(result.meanInFlight > 8)
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
        for outcome in [AdaptiveLimit.Outcome.overloaded, .answered, .undecided, .overloaded] {
            for _ in 0..<50 { pool.leave(try await pool.enter(), outcome: outcome) }
            #expect(pool.usage.places == 10)
        }
        #expect(pool.usage.transientFailures == 100)
    }

    @Test func `it never exceeds what is allowed nor falls below one`() {
        var simulation = Simulation(requests: 2000)
        simulation.most = 7
        #expect(simulation.run().limits.max() == 7)
        simulation.cap = 1
        #expect(simulation.run().limits.min() == 1)
    }
}
