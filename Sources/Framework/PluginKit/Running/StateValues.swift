public import Diagnostics

/// Small values that outlive a run: what a limiter has used up, how much a server had the last time.
///
/// They lie in the state folder and are shared by its pipelines. A key begins with the plugin's name. A value is a help, not
/// a record: where it is lost, a stage does as if it ran for the first time. Secrets do not belong here.
public protocol StateValues: Sendable {
    /// The value of a key; nil if there is none.
    ///
    /// - Throws: what is wrong with the state folder.
    func value(of key: String) async throws(Diagnostic) -> [UInt8]?

    /// Keeps a value instead of the one before; it is there when this returns, also after the process is killed.
    ///
    /// - Throws: what is wrong with the state folder.
    func keep(_ value: [UInt8], as key: String) async throws(Diagnostic)

    /// Keeps a value instead of the one before as soon as the run has published; if it never does, the one before stays.
    ///
    /// This is for what the next run takes for true, such as how much a complete run has read. A run that is resumed has
    /// what it was given by the process before. Until it has published, `value(of:)` returns the value before.
    ///
    /// - Throws: what is wrong with the state folder.
    func keepOncePublished(_ value: [UInt8], as key: String) async throws(Diagnostic)
}

extension StateValues {
    /// Keeps the value immediately: for values that belong to no run.
    public func keepOncePublished(_ value: [UInt8], as key: String) async throws(Diagnostic) {
        try await keep(value, as: key)
    }
}

/// Values that are forgotten when the program ends: for tests, and for runs that are to leave nothing behind.
public final class ForgottenValues: StateValues {
    private let values = Locked<[String: [UInt8]]>([:])

    /// Creates an empty store.
    public init() {}

    /// The bytes stored under a key, or nil if there are none.
    public func value(of key: String) async throws(Diagnostic) -> [UInt8]? { values.withLock { $0[key] } }

    /// Keeps a value until the program ends.
    public func keep(_ value: [UInt8], as key: String) async throws(Diagnostic) { values.withLock { $0[key] = value } }
}
