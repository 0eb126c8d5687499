public import PluginKit

/// A service that users sign in to, so that pipelines may use it on their behalf.
///
/// `sprocket auth NAME login`, `status` and `logout` call it. The user grants access on a page of the service itself,
/// such as a web page, and the service stores what it receives in `context.credentials`. It never handles a password.
public protocol AccountService: Plugin {
    /// Creates the service from its options; no request is made and no file opened yet.
    ///
    /// - Throws: Errors in the options.
    init(_ options: Options, in context: AccountContext) throws

    /// Signs the user in: shows the instructions with `context.say`, and waits until the user has followed them.
    ///
    /// A stored sign-in is replaced only when the new one is complete.
    ///
    /// - Throws: Why the sign-in failed: `account.*`, `http.*`, an error of the credentials' file.
    func signIn() async throws

    /// The known state of the sign-in, without a request to the service.
    ///
    /// - Throws: An error of the credentials' file.
    func status() async throws -> AccountStatus

    /// Ends the sign-in, at the service and on this machine; does nothing if there is no sign-in.
    ///
    /// - Throws: What could not be done. The local copy is deleted even if the service cannot be reached; then the
    ///   error states that the sign-in may still be valid there.
    func signOut() async throws
}

extension AccountService {
    /// The kind of plugin: an account.
    public static var kind: Registry.Kind? { .account }
}

/// The known state of a sign-in; it contains no secret.
public struct AccountStatus: Sendable, Hashable {
    /// Whether there is a sign-in that can be used or renewed.
    public var isSignedIn: Bool
    /// The name of the account; nil if it is not known.
    public var user: String?
    /// The server that it belongs to.
    public var server: String
    /// The file that stores it; nil if there is none.
    public var file: String?
    /// When the user signed in, in seconds since 1970-01-01T00:00:00Z.
    public var since: Int64?
    /// When it expires unless it is renewed, in seconds since 1970-01-01T00:00:00Z; nil if that is not known.
    public var until: Int64?
    /// Whether it is renewed automatically when it expires.
    public var isRenewed: Bool
    /// Further information for the user, one sentence each.
    public var remarks: [String]

    /// Creates a status.
    public init(
        isSignedIn: Bool,
        user: String? = nil,
        server: String,
        file: String? = nil,
        since: Int64? = nil,
        until: Int64? = nil,
        isRenewed: Bool = false,
        remarks: [String] = []
    ) {
        self.isSignedIn = isSignedIn
        self.user = user
        self.server = server
        self.file = file
        self.since = since
        self.until = until
        self.isRenewed = isRenewed
        self.remarks = remarks
    }
}
