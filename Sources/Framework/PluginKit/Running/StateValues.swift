public import Diagnostics

/// Small values that outlive a run: how much of a limit is used, how many records a server had the last time.
///
/// They are stored in the state folder, and all of its pipelines share them. A key begins with the plugin's name. A
/// stage must also work without its values: if they are lost, it behaves as in a first run. Secrets do not belong here.
public protocol StateValues: Sendable {
    /// The value of a key; nil if there is none.
    ///
    /// - Throws: A problem with the state folder.
    func value(of key: String) async throws(Diagnostic) -> [UInt8]?

    /// Replaces the value of a key. When this returns, the value survives the end of the process.
    ///
    /// - Throws: A problem with the state folder.
    func keep(_ value: [UInt8], as key: String) async throws(Diagnostic)

    /// Replaces the value of a key when the run publishes; if it never does, the previous value stays.
    ///
    /// This is for values that the next run relies on, such as how much a complete run has read. A resumed run keeps
    /// what the process before it passed in. Until the run has published, `value(of:)` returns the previous value.
    ///
    /// - Throws: A problem with the state folder.
    func keepOncePublished(_ value: [UInt8], as key: String) async throws(Diagnostic)
}

extension StateValues {
    /// Replaces the value immediately: for values that belong to no run.
    public func keepOncePublished(_ value: [UInt8], as key: String) async throws(Diagnostic) {
        try await keep(value, as: key)
    }
}

/// Values that are lost when the program ends: for tests, and for runs that must leave no state.
public final class InMemoryValues: StateValues {
    private let values = Locked<[String: [UInt8]]>([:])

    /// Creates an empty store.
    public init() {}

    /// The bytes stored under a key; nil if there are none.
    public func value(of key: String) async throws(Diagnostic) -> [UInt8]? { values.withLock { $0[key] } }

    /// Stores a value until the program ends.
    public func keep(_ value: [UInt8], as key: String) async throws(Diagnostic) { values.withLock { $0[key] = value } }
}
