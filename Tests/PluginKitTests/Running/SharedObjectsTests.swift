import PluginKit
import Testing

/// What several jobs of a process share is one thing while one of them uses it.
@Suite struct SharedObjectsTests {
    private final class Limit: Sendable {}

    @Test func `jobs at the same time have one object, and what is outside has its own`() {
        let world = SharedObjects()
        let (first, second) = (SharedObjects(within: world), SharedObjects(within: world))
        let limit = first.object("limit") { Limit() }
        #expect(second.object("limit") { Limit() } === limit)
        #expect(first.object("limit") { Limit() } === limit)
        #expect(second.object("other") { Limit() } !== limit)
        #expect(SharedObjects(within: SharedObjects()).object("limit") { Limit() } !== limit)
    }

    @Test func `an object goes with the last job that has it`() {
        let world = SharedObjects()
        weak var limit: Limit?
        do {
            let job = SharedObjects(within: world)
            limit = job.object("limit") { Limit() }
            #expect(limit != nil)
            _ = job
        }
        #expect(limit == nil)
        var isMade = false
        _ = SharedObjects(within: world).object("limit") {
            isMade = true
            return Limit()
        }
        #expect(isMade)
    }
}
