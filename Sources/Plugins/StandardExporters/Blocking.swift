internal import PluginKit
internal import Sockets

/// Does what may block, such as writing to a file, on a thread of its own.
///
/// A file may lie on a server that does not answer, or be a pipe that nobody reads. Where Swift's tasks run there are as
/// many threads as processors: one that blocks there holds up the run.
///
/// - Parameter work: What may block.
/// - Returns: What it returns.
/// - Throws: what it throws; `exporter.thread` when there are too many threads.
func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { waiter in
        do throws(SocketFailure) {
            try OwnThread.start { waiter.resume(with: Result { try work() }) }
        } catch {
            waiter.resume(throwing: Diagnostic("exporter.thread", message: "the system has no thread left for it"))
        }
    }
}
