internal import Dispatch

/// Does what blocks, such as waiting for another program, on a thread of its own.
///
/// Tests share as few threads as there are processors. One that blocks there keeps others from going on, and with them
/// perhaps what it waits for.
///
///     let code = try await onOwnThread { process.waitUntilExit(); return process.terminationStatus }
///
/// - Parameter work: What blocks.
/// - Returns: What it returns.
/// - Throws: what it throws.
public func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { done in
        DispatchQueue(label: "sprocket.test").async { done.resume(with: Result { try work() }) }
    }
}
