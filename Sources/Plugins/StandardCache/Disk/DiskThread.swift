internal import Database
internal import Diagnostics
internal import Dispatch
internal import PluginKit

/// A thread for reading or writing a file, one operation at a time, over its own connection.
///
/// The file is opened when it is first needed. Waiting for the thread suspends the caller, so the threads of tasks stay
/// free.
final class DiskThread: Sendable {
    private let queue: DispatchQueue
    private let path: String
    private let connection = Locked<Connection?>(nil)

    init(_ name: String, path: String) {
        queue = DispatchQueue(label: name)
        self.path = path
    }

    /// Runs work on the thread, and waits for it.
    func perform<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await queue.result(body)
    }

    /// Runs work on the thread after a pause.
    func perform(after pause: Duration, body: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(pause.milliseconds)), execute: body)
    }

    /// How long one operation waits for another process that writes, or locks the file.
    static let patience = Duration.milliseconds(500)

    /// Uses the connection; to be called on the thread.
    func use<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try connection.withLock { connection in
            let current = try connection ?? DiskFormat.open(path, patience: Self.patience)
            connection = current
            return try body(current)
        }
    }

    /// Reads from the file, on the thread; returns nil if there is nothing to read.
    ///
    /// A file that cannot be opened because the disk is full is opened for this one read.
    func look<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value? {
        do {
            return try use(body)
        } catch let problem as Diagnostic where SystemFailure.isDiskFull(problem) {
            return try DiskFormat.openOnFullDisk(path).map(body)
        }
    }
}
