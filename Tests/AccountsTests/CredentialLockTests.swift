import Diagnostics
import Accounts
import PluginKit
import PluginTestKit
import Testing

@Suite struct CredentialLockTests {
    private let folder: TemporaryFolder
    private let store: CredentialStore

    init() throws {
        folder = try TemporaryFolder(.inMemory)
        store = CredentialStore(service: "films", folder: folder.path("sprocket"))
    }

    /// Finds that the lock was given back.
    ///
    /// A process that another test starts has it as well, until it has become another program.
    private func expectFree() async throws {
        try await store.withLock(within: .seconds(5), time: SystemTime()) { _ in }
    }

    @Test(.timeLimit(.minutes(1))) func `tasks of one process take turns`() async throws {
        let inside = Locked(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await store.withLock(time: SystemTime()) { held in
                        #expect(inside.withLock { count in (count += 1, count).1 } == 1)
                        var credential = try held.credential(of: "a") ?? Credential()
                        await Task.yield()
                        credential[number: "n"] = (credential[number: "n"] ?? 0) + 1
                        try held.replace(credential, of: "a")
                        inside.withLock { $0 -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.credential(of: "a")?[number: "n"] == 8)
    }

    @Test func `a caller that waits in vain fails after the limit, by the clock`() async throws {
        let time = ManualTime()
        try await store.withLock(time: time) { _ in
            let error = await #expect(throws: Diagnostic.self) {
                try await store.withLock(within: .seconds(30), time: time) { _ in }
            }
            let lock = folder.path("sprocket/films.json.lock")
            #expect(
                error?.rendered() == """
                    \(lock): error[account.locked]: another program has held the credentials for longer than 30 seconds
                      hint: 'fuser \(lock)' names it; wait for it or end it, then run again
                    """
            )
        }
        #expect(time.now == .seconds(30))
        try await expectFree()
    }

    @Test func `a cancelled caller stops waiting, and the lock goes to the next`() async throws {
        let time = ManualTime(sleepers: .wait)
        try await store.withLock(time: time) { _ in
            let waiting = Task { try await store.withLock(time: time) { _ in } }
            await time.sleepers(atLeast: 1)
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
        try await expectFree()
    }

    @Test func `a lock whose holder throws is given back`() async throws {
        await #expect(throws: Mishap.self) {
            try await store.withLock(time: ManualTime()) { _ in throw Mishap() }
        }
        try await expectFree()
    }
}
