internal import Database
internal import Diagnostics
internal import Dispatch
internal import PluginKit

/// A thread on which a file is read or written, one thing after the other, over a connection of its own.
///
/// The file is opened when it is first needed. Waiting for the thread gives way, so those that run tasks are free.
final class DiskThread: Sendable {
    private let queue: DispatchQueue
    private let path: String
    private let connection = Locked<Connection?>(nil)

    init(_ name: String, path: String) {
        queue = DispatchQueue(label: name)
        self.path = path
    }

    /// Does something on the thread, and waits for it.
    func perform<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
    }

    /// Does something on the thread after a while.
    func perform(after pause: Duration, body: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(pause.milliseconds)), execute: body)
    }

    /// How long one thing waits for another process that writes, or keeps everybody out.
    static let patience = Duration.milliseconds(500)

    /// Uses the file, from the thread.
    func use<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try connection.withLock { connection in
            let current = try connection ?? DiskFormat.open(path, patience: Self.patience)
            connection = current
            return try body(current)
        }
    }

    /// Reads from the file, from the thread; nil if there is nothing to read.
    ///
    /// A file that cannot be opened because the disk is full is opened for this one time.
    func look<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value? {
        do {
            return try use(body)
        } catch let problem as Diagnostic where SystemFailure.isDiskFull(problem) {
            return try DiskFormat.openOnFullDisk(path).map(body)
        }
    }
}
