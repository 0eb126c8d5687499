public import PluginKit

/// A service that a person signs in to, so that pipelines may use it in their name.
///
/// `sprocket auth NAME login`, `status` and `logout` call it. It has the person's leave from a place that the service itself
/// shows, such as a web page, and keeps what it gets in `context.credentials`. No password goes through it.
public protocol AccountService: Plugin {
    /// Makes the service from its options; nothing is asked or opened yet.
    ///
    /// - Throws: what is wrong with the options.
    init(_ options: Options, in context: AccountContext) throws

    /// Has the person sign in, tells them by `context.say` what to do, and waits until they have done it.
    ///
    /// A sign-in that was kept before is replaced when the new one is complete, and not earlier.
    ///
    /// - Throws: why nobody is signed in: `account.*`, `http.*`, what is wrong with the credentials' file.
    func signIn() async throws

    /// What is known of the sign-in, without asking the service.
    ///
    /// - Throws: what is wrong with the credentials' file.
    func status() async throws -> AccountStatus

    /// Ends the sign-in, at the service and on this machine; nothing happens if there is none.
    ///
    /// - Throws: what was not done. What can be forgotten on this machine is forgotten also where the service cannot be
    ///   reached, and the error says that it may still hold there.
    func signOut() async throws
}

extension AccountService {
    /// The contract's kind.
    public static var kind: Registry.Kind? { .account }
}

/// What is known of a sign-in; nothing of it is secret.
public struct AccountStatus: Sendable, Hashable {
    /// Whether there is a sign-in that can be used or renewed.
    public var isSignedIn: Bool
    /// Whose it is; nil if that is not known.
    public var user: String?
    /// The server that it belongs to.
    public var server: String
    /// Where it is kept; nil if nowhere.
    public var file: String?
    /// Since when, in seconds since 1970-01-01T00:00:00Z.
    public var since: Int64?
    /// Until when it holds as it is, in seconds since 1970-01-01T00:00:00Z; nil if that is not known.
    public var until: Int64?
    /// Whether it is renewed by itself when its time is over.
    public var isRenewed: Bool
    /// What else the person should know, a sentence each.
    public var remarks: [String]

    /// What is known of a sign-in.
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
