internal import PluginKit
internal import Sockets

/// Runs work that may block, such as writing to a file, on its own thread.
///
/// A file may be on a server that does not answer, or be a pipe without a reader. Swift's tasks share as many threads
/// as there are processors: blocking one of them delays the run.
///
/// - Parameter work: Work that may block.
/// - Returns: The result of `work`.
/// - Throws: The error of `work`; `exporter.thread` if the system cannot start another thread.
func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    let result: Result<Value, any Error>
    do throws(SocketFailure) {
        result = try await OwnThread.result(of: work)
    } catch {
        throw Diagnostic("exporter.thread", message: "the system cannot start another thread")
    }
    return try result.get()
}
