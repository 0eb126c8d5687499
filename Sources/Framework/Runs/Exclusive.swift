internal import Diagnostics
internal import Synchronization

/// A value that is not `Sendable` and that one call at a time uses: the runner of a stage with a memory.
///
/// Layers may pass a call from one task to another; it is still one call.
final class Exclusive<Value>: Sendable {
    // Only the call that has set `isBusy` touches the value, until `isBusy` is cleared. No other reference to the value
    // exists, because it was sent here.
    private nonisolated(unsafe) var value: Value
    private let isBusy = Atomic(false)

    /// Takes ownership of a value.
    init(_ value: sending Value) { self.value = value }

    /// Uses the value.
    ///
    /// - Parameter body: What to do with it.
    /// - Returns: What `body` returns.
    /// - Throws: `plugin.overlap` if another call uses it; what `body` throws.
    func use<Result: Sendable>(_ body: (inout Value) async throws -> Result) async throws -> Result {
        guard !isBusy.exchange(true, ordering: .acquiring) else {
            throw Diagnostic(
                "plugin.overlap",
                message: "two calls of a stage with a memory overlap",
                category: .defect,
                hint: "a layer has made a call again that cannot be repeated (Call.isRepeatable); please report it"
            )
        }
        defer { isBusy.store(false, ordering: .releasing) }
        return try await body(&value)
    }
}
