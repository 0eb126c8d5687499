import Diagnostics
import PluginTestKit
import StateStore
import Testing

@Suite struct KeptValueTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(.inMemory) }

    @Test func `a value is there for the next one who opens the folder`() async throws {
        let first = KeptValueStore(in: folder.path)
        #expect(try await first.value(of: "limiter trakt") == nil)
        try await first.keep([1, 2, 3], as: "limiter trakt")
        try await first.keep([], as: "nothing")
        try await first.keep([4], as: "limiter trakt")
        let second = KeptValueStore(in: folder.path)
        #expect(try await second.value(of: "limiter trakt") == [4])
        #expect(try await second.value(of: "nothing") == [])
        #expect(try await second.value(of: "other") == nil)
    }

    @Test func `several write at once, also through stores of their own`() async throws {
        let stores = [KeptValueStore(in: folder.path), KeptValueStore(in: folder.path)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask { try await stores[number % 2].keep([UInt8(number)], as: "key \(number)") }
            }
            try await group.waitForAll()
        }
        for number in 0..<40 { #expect(try await stores[0].value(of: "key \(number)") == [UInt8(number)]) }
    }

    @Test func `a file that is no database is named and left alone`() async throws {
        try folder.write(
            "not a database, but long enough to be one, if one looks at nothing but its size …",
            to: "kept.db"
        )
        let store = KeptValueStore(in: folder.path)
        await #expect {
            try await store.keep([1], as: "key")
        } throws: { error in
            (error as? Diagnostic)?.code == "state.corrupt"
        }
    }
}
