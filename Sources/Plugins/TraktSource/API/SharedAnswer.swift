internal import PluginKit

/// One answer for all callers: the first one requests it, and concurrent callers wait for it.
final class SharedAnswer<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var task: Task<Value, any Error>?
    }

    private let state = Locked(State())

    /// Returns the answer, and requests it if necessary.
    ///
    /// - Parameter ask: Requests the answer, if it is not available yet.
    /// - Returns: The answer.
    /// - Throws: What `ask` throws, to all waiting callers; the next caller requests it again. `CancellationError`.
    func value(_ ask: @escaping @Sendable () async throws -> Value) async throws -> Value {
        while true {
            let (value, task) = state.withLock { state -> (Value?, Task<Value, any Error>?) in
                if let value = state.value { return (value, nil) }
                if let task = state.task { return (nil, task) }
                // A separate task, so that the cancellation of one caller does not affect the others.
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
                // Another caller was cancelled, and the task with it.
                continue
            }
        }
    }

    /// Clears the answer, so that it is requested again.
    func clear() { state.withLock { $0.value = nil } }

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
