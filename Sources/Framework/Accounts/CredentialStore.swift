public import Diagnostics
internal import PluginKit
public import Platform

/// Where a service's sign-ins are kept: a file of the user's own, `$XDG_CONFIG_HOME/sprocket/NAME.json` or
/// `~/.config/sprocket/NAME.json`.
///
/// The folder is made for its user alone (0700), and so is the file (0600); a file that others may read is refused. It holds
/// several accounts, each by a name that the service chooses, such as the address of its server. It is replaced as a whole
/// and synced before a change counts, so that a process that dies leaves the old or the new one. What Sprocket has not
/// written is never overwritten.
///
/// Reading needs no lock; changing does:
///
///     try await store.withLock(time: context.time) { held in
///         guard var credential = try held.credential(of: server) else { return }
///         credential[text: "access_token"] = fresh.revealed
///         try held.replace(credential, of: server)
///     }
public struct CredentialStore: Sendable {
    /// The service.
    public let service: String
    private let folder: String?

    /// The store of a service.
    ///
    /// - Parameters:
    ///   - service: Its name: lower-case ASCII letters, digits and `-`.
    ///   - environment: The environment's variables; `XDG_CONFIG_HOME` (only an absolute path counts, as its
    ///     specification says) and `HOME` name the folder.
    public init(service: String, environment: [String: String]) {
        let isAbsolute = { (path: String?) in path.flatMap { $0.hasPrefix("/") ? $0 : nil } }
        let base =
            isAbsolute(environment["XDG_CONFIG_HOME"])
            ?? isAbsolute(environment["HOME"]).map { "\($0)/.config" }
        self.init(service: service, folder: base.map { "\($0)/sprocket" })
    }

    /// The store of a service, in a folder of its own choice; nil for none.
    public init(service: String, folder: String?) {
        self.service = service
        self.folder = folder
    }

    /// Where the file is or would be.
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

    /// What is kept of an account; nil if nothing.
    ///
    /// - Throws: `account.folder`; `account.exposed` if others may read it; `account.file` if somebody else has written
    ///   it; what the system says.
    public func credential(of account: String) throws(Diagnostic) -> Credential? { try file()?[account] }

    /// Has the store for itself while `body` runs, also against other processes.
    ///
    /// Waiting holds up no thread. A process that dies gives the store back.
    ///
    /// - Parameters:
    ///   - limit: How long to wait for others.
    ///   - time: The clock.
    ///   - body: What to do meanwhile; it must not ask for the same lock again.
    /// - Returns: What `body` returns.
    /// - Throws: `account.locked` when the limit is over, what is wrong with the folder, what `body` throws.
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

    /// What the file holds; nil if there is none.
    func file() throws(Diagnostic) -> CredentialFile? {
        let path = try path
        guard let bytes = try PrivateFile(path: path).read() else { return nil }
        return try CredentialFile(bytes, service: service, path: path)
    }
}

/// A store of credentials, for the one who has its lock.
public struct LockedCredentials: Sendable {
    fileprivate let store: CredentialStore
    fileprivate let path: String

    /// What is kept of an account; nil if nothing.
    ///
    /// - Throws: as `CredentialStore.credential(of:)`.
    public func credential(of account: String) throws(Diagnostic) -> Credential? {
        try store.credential(of: account)
    }

    /// Keeps a credential of an account instead of what was kept before; nil forgets the account.
    ///
    /// It is on the disk when this returns. The last account that is forgotten takes the file with it.
    ///
    /// - Throws: as `CredentialStore.credential(of:)`, and what the system says about writing.
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
