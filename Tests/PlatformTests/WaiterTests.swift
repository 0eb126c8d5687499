import Platform
import Testing

@Suite struct WaiterTests {
    @Test func `a waiter that is resumed before it waits does not wait`() async {
        let waiter = Waiter<Int, Never>()
        #expect(!waiter.isOver)
        waiter.resume(returning: 1)
        #expect(waiter.isOver)
        #expect(await waiter.value() == 1)
    }

    @Test func `the first result counts`() async throws {
        let waiter = Waiter<Int, any Error>()
        let results = [waiter.resume(with: .failure(CancellationError())), waiter.resume(with: .success(2))]
        #expect(results == [true, false])
        await #expect(throws: CancellationError.self) { try await waiter.value() }
    }

    @Test func `a task waits until it is resumed from another`() async {
        let waiter = Waiter<Int, Never>()
        async let value = waiter.value()
        await Task.yield()
        waiter.resume(returning: 3)
        #expect(await value == 3)
    }

    @Test(arguments: [true, false])
    func `a cancellation resumes only a waiter that it takes out`(isTakenOutBefore: Bool) async {
        let state = Locked(Waiters<Int, any Error>())
        let waiter = state.withLock { $0.add() }
        if isTakenOutBefore { _ = state.withLock { $0.takeFirst() } }
        let task = Task {
            try await waiter.value { waiter in
                guard state.withLock({ $0.remove(waiter) }) else { return waiter.resume(returning: 4) }
                waiter.resume(throwing: CancellationError())
            }
        }
        task.cancel()
        let value = try? await task.value
        #expect(value == (isTakenOutBefore ? 4 : nil))
        #expect(state.withLock { $0.isEmpty })
    }

    @Test func `those that came first are taken out first`() {
        var waiters = Waiters<Void, Never>()
        let all = [waiters.add(), waiters.add(), waiters.add()]
        let first = waiters.takeFirst()
        #expect(first === all[0])
        let removals = [waiters.remove(all[1]), waiters.remove(all[1])]
        #expect(removals == [true, false])
        let rest = waiters.takeAll()
        #expect(rest.count == 1 && rest.first === all[2])
        #expect(waiters.isEmpty)
    }
}
