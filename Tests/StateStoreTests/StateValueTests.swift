import Diagnostics
import PluginTestKit
import StateStore
import Testing

@Suite struct StateValueTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(.inMemory) }

    @Test func `a value is there for the next one that opens the folder`() async throws {
        let first = StateValueStore(in: folder.path)
        #expect(try await first.value(of: "limiter trakt") == nil)
        try await first.keep([1, 2, 3], as: "limiter trakt")
        try await first.keep([], as: "nothing")
        try await first.keep([4], as: "limiter trakt")
        let second = StateValueStore(in: folder.path)
        #expect(try await second.value(of: "limiter trakt") == [4])
        #expect(try await second.value(of: "nothing") == [])
        #expect(try await second.value(of: "other") == nil)
    }

    @Test func `several write simultaneously, also through stores of their own`() async throws {
        let stores = [StateValueStore(in: folder.path), StateValueStore(in: folder.path)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask { try await stores[number % 2].keep([UInt8(number)], as: "key \(number)") }
            }
            try await group.waitForAll()
        }
        for number in 0..<40 { #expect(try await stores[0].value(of: "key \(number)") == [UInt8(number)]) }
    }

    @Test(arguments: [("", "kept.corrupt"), ("SQLite format 3", "kept.foreign"), ("not a database", "kept.foreign")])
    func `a file that is no database is named as its own, and left alone`(text: String, code: String) async throws {
        try folder.write(text, to: "kept.db")
        let store = StateValueStore(in: folder.path)
        for isWriting in [false, true] {
            let problem = await #expect(throws: Diagnostic.self) {
                if isWriting { try await store.keep([1], as: "key") } else { _ = try await store.value(of: "key") }
            }
            #expect(problem?.code.name == code)
            #expect(problem?.hint?.isEmpty == false)
        }
        #expect(try folder.text(of: "kept.db") == text)
    }
}
