internal import PluginKit

/// The refreshes in the background.
final class Refreshes: Sendable {
    private struct State {
        var tasks: [Int: Task<Void, Never>] = [:]
        var next = 0
    }

    private let state = Locked(State())

    /// Begins a refresh; `finish` waits for it.
    func begin(_ body: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            let number = state.next
            state.next += 1
            // It cannot remove itself before it is added: that needs the same lock.
            state.tasks[number] = Task {
                await body()
                self.end(number)
            }
        }
    }

    /// Waits for all refreshes; if the waiting task is cancelled, they are too.
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
