internal import PluginKit

/// Answers that are fetched anew while old ones are given.
final class Refreshes: Sendable {
    private struct State {
        var tasks: [Int: Task<Void, Never>] = [:]
        var next = 0
    }

    private let state = Locked(State())

    /// Begins one; `finish` waits for it.
    func begin(_ body: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            let number = state.next
            state.next += 1
            // It cannot take itself out before it is in: that needs the lock, too.
            state.tasks[number] = Task {
                await body()
                self.end(number)
            }
        }
    }

    /// Waits for all; if the one who waits is cancelled, they are.
    func finish() async {
        while let task = state.withLock({ $0.tasks.values.first }) {
            await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
        }
    }

    private func end(_ number: Int) { state.withLock { _ = $0.tasks.removeValue(forKey: number) } }
}
