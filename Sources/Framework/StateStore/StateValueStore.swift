internal import Database
public import Diagnostics
internal import Dispatch
internal import Platform

/// Small values that outlive runs, in `kept.db` of a state folder.
///
/// The first value creates the file. Values survive the end of the process; a power failure may lose the last ones, but
/// damages nothing. All work is done on a queue of its own, so no caller's thread waits for a disk.
public final class StateValueStore: Sendable {
    private let path: String
    private let patience: Duration
    private let queue = DispatchQueue(label: "kept values")
    /// Used on the queue only.
    private let connection = Locked<Connection?>(nil)

    /// The values of a state folder; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - folder: The state folder.
    ///   - patience: How long to wait for another process that is writing.
    public init(in folder: String, patience: Duration = .seconds(2)) {
        path = "\(folder)/kept.db"
        self.patience = patience
    }

    /// The value of a key; nil if there is none.
    public func value(of key: String) async throws(Diagnostic) -> [UInt8]? {
        try await onQueue { store throws(Diagnostic) in
            guard FileSystem.exists(store.path) else { return nil }
            _ = try OutputTarget(store.path)
            return try store.using { connection throws(Diagnostic) in
                try connection.rows("SELECT value FROM kept WHERE key = ?", with: .text(key)) { $0.bytes(0) }.first
            }
        }
    }

    /// Stores a value in place of the previous one.
    public func keep(_ value: [UInt8], as key: String) async throws(Diagnostic) {
        try await onQueue { store throws(Diagnostic) in
            _ = try OutputTarget(store.path)
            try FileSystem.createFolder(around: store.path)
            try store.using { connection throws(Diagnostic) in
                try connection.run("INSERT OR REPLACE INTO kept VALUES (?, ?)", with: .text(key), .bytes(value))
            }
        }
    }

    private func using<Result: Sendable>(
        _ body: @Sendable (Connection) throws(Diagnostic) -> Result
    ) throws(Diagnostic) -> Result {
        try connection.withLock { connection throws(Diagnostic) in
            if let connection { return try body(connection) }
            let opened = try opened()
            connection = opened
            return try body(opened)
        }
    }

    private func opened() throws(Diagnostic) -> Connection {
        do {
            return try DatabaseFile.open(path, format: Self.format, patience: patience, problems: KeptProblem.self)
        } catch {
            throw error as? Diagnostic ?? KeptProblem.failed(path, detail: "\(error)")
        }
    }

    private static let format = DatabaseFormat(
        applicationID: 0x5370_6B76,  // `Spkv`
        migrations: ["CREATE TABLE kept (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID"],
        waitsForDisk: false,
        journal: .rollback
    )

    private func onQueue<Value: Sendable>(
        _ body: @escaping @Sendable (StateValueStore) throws(Diagnostic) -> Value
    ) async throws(Diagnostic) -> Value {
        try await queue.result { () throws(Diagnostic) in try body(self) }
    }
}
