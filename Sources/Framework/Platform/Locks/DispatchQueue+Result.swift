package import Dispatch

extension DispatchQueue {
    /// Runs a body that may block on a thread of the queue; the waiting task occupies no thread.
    ///
    /// - Parameter body: What may block.
    /// - Returns: What it returns.
    /// - Throws: What it throws.
    package func result<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let waiter = Waiter<Value, Failure>()
        async { waiter.resume(with: Result(catching: body)) }
        return try await waiter.value()
    }
}
