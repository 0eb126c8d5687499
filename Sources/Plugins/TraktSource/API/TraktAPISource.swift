internal import Diagnostics
internal import Formats
package import PluginKit

/// Reads an account through Trakt's API.
package struct TraktAPISource: DeclaredSource {
    package static let name = "trakt"
    package static let summary = "Reads an account at Trakt through its API."
    package static let details = """
        It needs an app: its client id comes from `client_id` or the variable `TRAKT_CLIENT_ID`, its secret from \
        `client_secret` or `TRAKT_CLIENT_SECRET`. Since July 2026 only VIP accounts can create one; the export ZIP, \
        which `trakt-export` reads, is free for every account and has the same records. To read your own account, \
        sign in first: `sprocket auth trakt login`, or a ready token in `access_token` or `TRAKT_ACCESS_TOKEN`. A \
        public account of another user, named by `user`, needs no sign-in.

        Everything that is there is read, or nothing: pages are counted, moving pages noticed, and a walk that does \
        not add up is made again. The limits that Trakt sets are kept, also from run to run. See [what happens \
        when](../trakt-api.md).

        With `since = "last-run"` plays are read from the last run on. Where nothing has changed since, the run ends \
        after one request. Give it a `lag`, for plays that arrive late.

        Times are instants, not days. A play at an unknown date, which Trakt writes as 1970-01-01, has no \
        `watched_at`. A time without a zone is one of the account's zone, and a record with a time that cannot be \
        read is rejected (`trakt.time`): see [times](../failures.md#times). Shows, seasons and episodes have the \
        columns that begin with `show`, `season` and `episode`; `title`, `year`, `trakt`, `slug`, `imdb` and `tmdb` \
        are a film's alone. Replies to other people's comments are left out.
        """
    package static let columns = TraktRecord.reference(with: TraktDetails.columns)
    package static let example: String? = """
        [[source]]
        use = "trakt"
        data = "history"
        """
    /// Pages are not cached, because an account changes; their exchanges may be.
    package static let isCacheable = false
    package static let makesExchanges = true

    package struct Options: OptionGroup {
        @Option("What to read of the account.")
        package var data: TraktData

        @Option("What kinds of titles to read.")
        package var type = TraktKind.movies

        // The source itself states which account and which server that is.
        @Option("The account: its name in URLs, or `me` for your own.", choosesRecords: false)
        package var user = "me"

        @Option("The client id of your app; the variable TRAKT_CLIENT_ID if empty.", choosesRecords: false)
        package var clientId = Secret("")

        @Option("The client secret of your app; the variable TRAKT_CLIENT_SECRET if empty.", choosesRecords: false)
        package var clientSecret = Secret("")

        @Option("A ready access token; the variable TRAKT_ACCESS_TOKEN if empty.", choosesRecords: false)
        package var accessToken = Secret("")

        @Option("The address of the API.", choosesRecords: false)
        package var api = "https://api.trakt.tv"

        @Option("The address of the sign-in server, which renews tokens.", choosesRecords: false)
        package var auth = "https://auth.trakt.tv"

        @Option("Plays before this time are not read: `2024-01-01`, or `2024-01-01T18:00:00Z`.")
        package var startAt: String?

        @Option("Plays after this time are not read; a day counts to its end, in UTC.")
        package var endAt: String?

        @Option("How many items to request at a time.", in: 1...250, choosesRecords: false)
        package var pageSize = 250

        @Option(
            "Whether to request complete objects, for columns such as `runtime`: ten times as many bytes.",
            choosesRecords: false
        )
        package var details = false

        @Option(
            """
            How long Trakt may keep silent before it is asked again, at most; a server that has been quick so far gets \
            less.
            """,
            in: .seconds(1) ... .seconds(600),
            choosesRecords: false
        )
        package var patience = Duration.seconds(15)

        @Option("What to do if the account has less than half of what it had in the last run.", choosesRecords: false)
        package var drop = SuddenDrop.refuse

        @Option(
            """
            What to do if Trakt sends fewer items than it counts, by more than hidden items explain (one in twenty): \
            `fail`, or `warn` and continue.
            """
        )
        package var partial = PartialExport.fail

        package init() {}
    }

    package typealias Cursor = TraktCursor

    package let schema: Schema
    package let needsWhole: String? = "what it reads is compared with Trakt's counts, which are for the whole account"
    /// Reads any columns; the wanted ones determine some of them.
    private let reading: AccountReading
    private let readings = PerRequest<AccountReading>()
    private let data: TraktData

    package init(_ options: Options, in context: StageContext) throws {
        let record = TraktRecord(options.data, details: options.details)
        schema = record.schema { _ in true }
        data = options.data
        reading = try AccountReading(options, record: record, request: ReadRequest(schema), in: context)
    }

    package func read(
        at cursor: TraktCursor?,
        for request: ReadRequest,
        into batch: inout Batch
    ) async throws -> Next<TraktCursor> {
        let reading = prepared(for: request)
        batch = Batch(reading.schema)
        let next = try await reading.read(at: cursor, since: request.since, into: &batch)
        batch.reshape(to: request.schema)
        return next
    }

    private func prepared(for request: ReadRequest) -> AccountReading {
        readings.value(for: request) { reading.answering(request) }
    }

    package var revision: String? {
        get async throws { reading.routes.isOwn ? try await reading.revision() : nil }
    }

    package func count(below value: Int64) async throws -> Int? { try await reading.count(below: value) }

    package var identity: [String: String] { get async throws { try await reading.identity() } }

    package var increment: Increment? {
        // Trakt has rewritten the times of plays, and users correct them.
        data == .history ? Increment(column: "watched_at", key: ["id"], isKnownByKey: true, keepsAllKeys: true) : nil
    }

    package var wholeReason: Diagnostic? {
        Diagnostic(
            "pipeline.since",
            message: "only the history can be read incrementally, not \(data.words)",
            category: .usage,
            hint: "remove 'since'"
        )
    }
}

/// What to do if an account has far fewer items than before.
package enum SuddenDrop: String, CaseIterable, OptionValue {
    case refuse
    case accept
}

extension AccountReading {
    /// The reading that the options describe.
    ///
    /// - Throws: `DiagnosticList`: all errors in the options.
    init(
        _ options: TraktAPISource.Options,
        record: TraktRecord,
        request: ReadRequest,
        in context: StageContext
    ) throws {
        var problems = DiagnosticList()
        func checked<Value>(_ body: () throws(Diagnostic) -> Value) -> Value? {
            do throws(Diagnostic) {
                return try body()
            } catch {
                problems.append(error)
                return nil
            }
        }
        let api = checked { () throws(Diagnostic) in try HTTPURL(options.api, at: options.$api) }
        let auth = checked { () throws(Diagnostic) in try HTTPURL(options.auth, at: options.$auth) }
        let start = checked { () throws(Diagnostic) in
            try Self.moment(options.startAt, isEnd: false, at: options.$startAt)
        }
        let end = checked { () throws(Diagnostic) in try Self.moment(options.endAt, isEnd: true, at: options.$endAt) }
        if options.user.isEmpty || options.user.contains("/") {
            problems.append(
                Diagnostic(
                    "option.choice",
                    message: "'\(options.user.prefix(40))' is not the name of an account",
                    category: .usage,
                    at: options.$user,
                    hint: "the name in its URL, such as 'sean' for https://trakt.tv/users/sean, or 'me'"
                )
            )
        }
        try problems.throwIfErrors()
        guard let api, let auth, let start, let end else { preconditionFailure("an unreported error") }

        let credentials = TraktCredentials(options, auth: auth, in: context)
        let routes = TraktRoutes(data: options.data, kind: options.type, user: options.user)
        let counted = "\(api.origin) \(credentials.account)"
        let limit = TraktLimit.shared(counted, in: context)
        let client = TraktClient(
            api,
            session: credentials.session,
            limit: limit,
            patience: options.patience,
            in: context
        )
        let account = context.shared.object("trakt account \(counted) \(options.user) \(client.givenToken ?? "")") {
            AccountMemory()
        }
        self.init(
            routes: routes,
            client: client,
            record: record,
            request: request,
            window: TimeWindow(start: start, end: end),
            pageSize: options.pageSize,
            acceptsDrop: options.drop == .accept,
            acceptsPartial: options.partial == .warn,
            api: api,
            memory: WalkMemory(account),
            context: context
        )
        if isVerifier { account.register(verifier: stageName, of: context.run.pipeline) }
    }

    /// A time in the form of the API, from a day or a time.
    private static func moment(
        _ text: String?,
        isEnd: Bool,
        at place: Diagnostic.Place?
    ) throws(Diagnostic) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard let microseconds = ISO8601.microseconds(of: Array(text.utf8).span) else {
            throw Diagnostic(
                "option.type",
                message: "'\(text.prefix(40))' is not a time",
                category: .usage,
                at: place,
                hint: "a day such as 2024-01-01, or a time such as 2024-01-01T18:00:00Z"
            )
        }
        let isDay = text.utf8.count == 10
        return ISO8601.text(ofMicroseconds: isEnd && isDay ? microseconds + 86_399_000_000 : microseconds)
    }
}
