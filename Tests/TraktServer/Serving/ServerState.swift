internal import HTTP
internal import SampleExport

/// All that requests share; whoever uses it holds its lock.
struct ServerState {
    var index: AccountIndex
    var tokens: TokenBook
    var faults: FaultBook
    var changes: [Pending]
    var windows = RateWindows()
    var requests: [ServedRequest] = []
    /// As of the last request.
    var connections = HTTPServerConnections()

    /// A change that is to come.
    struct Pending {
        let change: ScheduledChange
        var seen = 0
    }

    init(_ account: TraktAccount, _ options: ServerOptions) {
        index = AccountIndex(account)
        tokens = TokenBook(options, now: options.clock())
        faults = FaultBook(options.faults)
        changes = options.changes.map { Pending(change: $0) }
    }

    /// Changes the account.
    mutating func change(at now: Int64, _ body: (inout TraktAccount, Int64) -> Void) {
        var account = index.account
        body(&account, now)
        index = AccountIndex(account)
    }

    /// Counts an answered request, and changes what was to change after it.
    mutating func applyChanges(after path: String, at now: Int64) {
        var due: [ScheduledChange] = []
        for place in changes.indices {
            let change = changes[place].change
            guard change.path.map({ PathPattern($0).matches(path) }) ?? true else { continue }
            changes[place].seen += 1
            if changes[place].seen == change.request { due.append(change) }
        }
        for change in due { self.change(at: now, change.change) }
    }
}
