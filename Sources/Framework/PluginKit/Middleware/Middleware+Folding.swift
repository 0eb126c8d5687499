extension [any Middleware] {
    /// Makes a call through the layers, the first of them outermost.
    ///
    /// Each layer receives the rest as its `next`, so nothing is allocated for layers that a call does not reach.
    ///
    /// Inlinable, so that it is specialised for the types of the engine's calls; docs/middleware.md states what that
    /// saves.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - operation: Answers a call that passes all layers.
    /// - Returns: The answer of the outermost layer.
    /// - Throws: What the outermost layer throws.
    @inlinable
    package func run<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        try await self[...].run(call, operation: operation)
    }
}

extension ArraySlice<any Middleware> {
    @inlinable
    package func run<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        guard let layer = first else { return try await operation(call.input) }
        let rest = dropFirst()
        return try await layer.handle(call) { try await rest.run($0, operation: operation) }
    }
}
