internal import Dispatch
internal import Platform

/// Runs blocking work, such as waiting for another program, on a thread of its own.
///
/// Tests share as few threads as there are processors. A test that blocks one of them prevents others from running, and
/// perhaps what it waits for.
///
///     let code = try await onOwnThread { process.waitUntilExit(); return process.terminationStatus }
///
/// - Parameter work: The blocking work.
/// - Returns: What `work` returns.
/// - Throws: What `work` throws.
public func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await DispatchQueue(label: "sprocket.test").result(work)
}
