internal import PluginKit

/// One answer for all who want it: the first asks, and those who come meanwhile wait for what it gets.
final class SharedAnswer<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var task: Task<Value, any Error>?
    }

    private let state = Locked(State())

    /// The answer.
    ///
    /// - Parameter ask: Asks for it, if nobody has got it yet.
    /// - Returns: The answer.
    /// - Throws: What `ask` throws, then for all who wait; the next one asks again. `CancellationError`.
    func value(_ ask: @escaping @Sendable () async throws -> Value) async throws -> Value {
        while true {
            let (value, task) = state.withLock { state -> (Value?, Task<Value, any Error>?) in
                if let value = state.value { return (value, nil) }
                if let task = state.task { return (nil, task) }
                // A task of its own, so that one caller's end is not everybody's.
                let task = Task { try await self.keep(ask) }
                state.task = task
                return (nil, task)
            }
            if let value { return value }
            guard let task else { continue }
            do {
                return try await withTaskCancellationHandler {
                    try await task.value
                } onCancel: {
                    task.cancel()
                }
            } catch is CancellationError where !Task.isCancelled {
                // Another caller has ended, and the task with it.
                continue
            }
        }
    }

    /// Has it asked for again.
    func forget() { state.withLock { $0.value = nil } }

    private func keep(_ ask: @Sendable () async throws -> Value) async throws -> Value {
        do {
            let value = try await ask()
            state.withLock { $0 = State(value: value) }
            return value
        } catch {
            state.withLock { $0.task = nil }
            throw error
        }
    }
}
