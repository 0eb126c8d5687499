public import Diagnostics
internal import PluginKit
public import Platform

/// The store of a service's sign-ins: a file of the user, `$XDG_CONFIG_HOME/sprocket/NAME.json` or
/// `~/.config/sprocket/NAME.json`.
///
/// The folder is created for the user only (0700), and so is the file (0600); a file that others may read is refused.
/// It contains several accounts, each under a name that the service chooses, such as the address of its server. A
/// change replaces the whole file and is complete when the file is synced, so a process that is killed leaves either
/// the old or the new contents. A file that Sprocket has not written is never overwritten.
///
/// Reading needs no lock; changes do:
///
///     try await store.withLock(time: context.time) { held in
///         guard var credential = try held.credential(of: server) else { return }
///         credential[text: "access_token"] = fresh.revealed
///         try held.replace(credential, of: server)
///     }
public struct CredentialStore: Sendable {
    /// The name of the service.
    public let service: String
    private let folder: String?

    /// Creates the store of a service.
    ///
    /// - Parameters:
    ///   - service: Its name: lower-case ASCII letters, digits and `-`.
    ///   - environment: The environment's variables; `XDG_CONFIG_HOME` (only an absolute path counts, as its
    ///     specification states) and `HOME` name the folder.
    public init(service: String, environment: [String: String]) {
        let isAbsolute = { (path: String?) in path.flatMap { $0.hasPrefix("/") ? $0 : nil } }
        let base =
            isAbsolute(environment["XDG_CONFIG_HOME"])
            ?? isAbsolute(environment["HOME"]).map { "\($0)/.config" }
        self.init(service: service, folder: base.map { "\($0)/sprocket" })
    }

    /// Creates the store of a service in the given folder; nil for none.
    public init(service: String, folder: String?) {
        self.service = service
        self.folder = folder
    }

    /// The path of the file, which need not exist.
    ///
    /// - Throws: `account.folder` if the environment names no folder.
    public var path: String {
        get throws(Diagnostic) {
            if let folder { return "\(folder)/\(service).json" }
            throw Diagnostic(
                "account.folder",
                message: "there is no folder for credentials: neither XDG_CONFIG_HOME nor HOME is an absolute path",
                category: .environment,
                hint: "set one of them"
            )
        }
    }

    /// The stored credential of an account; nil if there is none.
    ///
    /// - Throws: `account.folder`; `account.exposed` if others may read the file; `account.file` if another program has
    ///   written it; errors of the system.
    public func credential(of account: String) throws(Diagnostic) -> Credential? { try file()?[account] }

    /// Locks the store while `body` runs, also against other processes.
    ///
    /// Waiting blocks no thread. The lock of a process that dies is released.
    ///
    /// - Parameters:
    ///   - limit: How long to wait for the lock.
    ///   - time: The clock.
    ///   - body: Uses the store; it must not request the same lock again.
    /// - Returns: What `body` returns.
    /// - Throws: `account.locked` on timeout, errors of the folder, what `body` throws.
    public func withLock<Value>(
        within limit: Duration = .seconds(120),
        time: any TimeSource,
        body: (LockedCredentials) async throws -> Value
    ) async throws -> Value {
        let path = try path
        try PrivateFile(path: path).makeFolder()
        let lock = try await FileLock(path + ".lock", within: limit, time: time)
        defer { lock.release() }
        return try await body(LockedCredentials(store: self, path: path))
    }

    /// The contents of the file; nil if there is none.
    func file() throws(Diagnostic) -> CredentialFile? {
        let path = try path
        guard let bytes = try PrivateFile(path: path).read() else { return nil }
        return try CredentialFile(bytes, service: service, path: path)
    }
}

/// A store of credentials whose lock is held.
public struct LockedCredentials: Sendable {
    fileprivate let store: CredentialStore
    fileprivate let path: String

    /// The stored credential of an account; nil if there is none.
    ///
    /// - Throws: As `CredentialStore.credential(of:)`.
    public func credential(of account: String) throws(Diagnostic) -> Credential? {
        try store.credential(of: account)
    }

    /// Replaces the stored credential of an account; nil deletes the account.
    ///
    /// The change is on the disk when this returns. Deleting the last account deletes the file.
    ///
    /// - Throws: As `CredentialStore.credential(of:)`, and errors of writing.
    public func replace(_ credential: Credential?, of account: String) throws(Diagnostic) {
        let before = try store.file()
        if before == nil, credential == nil { return }
        var file = before ?? CredentialFile(service: store.service)
        file[account] = credential
        if file.accounts.isEmpty {
            try PrivateFile(path: path).remove()
        } else {
            try PrivateFile(path: path).replace(with: file.bytes)
        }
    }
}
