public import Diagnostics

/// Small values that outlive a run: what a limiter has used up, how much a server had the last time.
///
/// They lie in the state folder and are shared by its pipelines. A key begins with the plugin's name. A value is a help, not
/// a record: where it is lost, a stage does as if it ran for the first time. Secrets do not belong here.
public protocol KeptValues: Sendable {
    /// The value of a key; nil if there is none.
    ///
    /// - Throws: what is wrong with the state folder.
    func value(of key: String) async throws(Diagnostic) -> [UInt8]?

    /// Keeps a value instead of the one before; it is there when this returns, also after the process is killed.
    ///
    /// - Throws: what is wrong with the state folder.
    func keep(_ value: [UInt8], as key: String) async throws(Diagnostic)
}

/// Values that are forgotten when the program ends: for tests, and for runs that are to leave nothing behind.
public final class ForgottenValues: KeptValues {
    private let values = Guarded<[String: [UInt8]]>([:])

    /// No values.
    public init() {}

    /// The value of a key.
    public func value(of key: String) async throws(Diagnostic) -> [UInt8]? { values.withLock { $0[key] } }

    /// Keeps a value until the program ends.
    public func keep(_ value: [UInt8], as key: String) async throws(Diagnostic) { values.withLock { $0[key] = value } }
}
