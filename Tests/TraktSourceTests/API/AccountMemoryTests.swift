import Testing

@testable import TraktSource

/// What stages of several pipelines of one command know of an account together.
@Suite struct AccountMemoryTests {
    private let walk = AccountMemory.Walk(items: "ratings", activities: [("*", "rated_at")], state: "a") {}

    @Test func `a walk is left to a later look of its own pipeline`() {
        let memory = AccountMemory()
        memory.register(verifier: "backup plays", of: "backup")
        #expect(memory.leave(walk, of: "backup"))
        memory.begin("backup plays")
        #expect(!memory.leave(walk, of: "backup"))
        #expect(memory.takeUnproven().map(\.items) == ["ratings"])
    }

    @Test func `a look of another pipeline may never come, and nothing is left to it`() {
        let memory = AccountMemory()
        // It has nothing to read, and ends before it begins.
        memory.register(verifier: "new-plays plays", of: "new-plays")
        memory.register(verifier: "backup plays", of: "backup")
        memory.begin("backup plays")
        #expect(!memory.leave(walk, of: "backup"))
    }
}
