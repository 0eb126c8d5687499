internal import Diagnostics
internal import Synchronization

/// A value that one call at a time uses, though it is not `Sendable`: what a stage with a memory is called by.
///
/// Layers hand a call on from task to task; it is still one call.
final class Exclusive<Value>: Sendable {
    // The call that has set `isBusy` is the only one to touch the value, until `isBusy` is cleared again; nothing else held it
    // when it came, since it was sent here.
    private nonisolated(unsafe) var value: Value
    private let isBusy = Atomic(false)

    /// Takes a value over.
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
