public import PluginKit

/// Reads the releases of a repository at GitHub.
public struct GitHubReleases: PlainSource {
    public static let name = "github-releases"
    public static let summary = "Reads the releases of a repository at GitHub."
    /// Layers such as `retry` and `rate-limit` then stand around each request.
    public static let makesExchanges = true
    /// Tomorrow there may be more: answers may be cached, pages may not.
    public static let isCacheable = false

    public struct Options: OptionGroup {
        @Option("The owner of the repository and its name: `apple/swift-nio`.") public var repository: String
        @Option("A token; without one, GitHub answers 60 requests an hour.", choosesRecords: false)
        public var token = Secret("")
        @Option("Where the API is.", choosesRecords: false) public var api = "https://api.github.com"
        public init() {}
    }

    public let schema: Schema = [
        "tag": .text, "name": .text, "published_at": .instant, "prerelease": .boolean, "author": .text,
    ]
    private let releases: HTTPURL
    private let token: Secret
    private let http: HTTPClient
    private let rows: JSONRows
    private let pageSize = 100

    /// Sends nothing; what is wrong with an address is reported where the option was written.
    public init(_ options: Options, in context: StageContext) throws {
        let parts = options.repository.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts.contains("") else {
            throw Diagnostic(
                "github.repository",
                message: "'\(options.repository)' is not an owner and a name",
                category: .usage,
                at: options.$repository,
                hint: "such as apple/swift-nio"
            )
        }
        releases = try HTTPURL(options.api, at: options.$api).appending(["repos", parts[0], parts[1], "releases"])
        token = options.token
        http = context.http
        // Which value of each object goes into which column.
        rows = JSONRows([
            .init(["tag_name"], into: try schema.field("tag")),
            .init(["name"], into: try schema.field("name")),
            .init(["published_at"], into: try schema.field("published_at")),
            .init(["prerelease"], into: try schema.field("prerelease")),
            .init(["author", "login"], into: try schema.field("author")),
        ])
    }

    /// The cursor is the number of a page, from 1; a page that is full may be followed by another.
    public func read(at cursor: Int?, into batch: inout Batch) async throws -> Next<Int> {
        let page = cursor ?? 1
        var request = HTTPRequest(
            .get,
            url: releases.appending([], query: [("per_page", "\(pageSize)"), ("page", "\(page)")]),
            headers: ["Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"]
        )
        if !token.revealed.isEmpty {
            request.headers.set(.init("Authorization", value: "Bearer \(token.revealed)", isSecret: true))
        }
        // What is thrown in here counts as a failure of the exchange, and `retry` sends the request again.
        batch = try await http.send(request) { [self] response in
            try Self.check(response)
            return try records(of: response, page: page)
        }
        return batch.count < pageSize ? .end : .at(page + 1)
    }

    private func records(of response: HTTPResponse, page: Int) throws -> Batch {
        var batch = Batch(schema)
        batch.begin("page \(page) of the releases")
        var reader = JSONRowReader(BytesInput(response.body), rows: rows, name: "page \(page) of the releases")
        do throws(Diagnostic) {
            while try reader.read(into: &batch, atMost: pageSize) {}
        } catch {
            // Half a page, or the page of a proxy: the next answer may be whole.
            throw StageFailure.transient(
                Diagnostic(
                    "github.damaged",
                    message: "what came cannot be read: \(error.message)",
                    cause: .diagnostic(error)
                )
            )
        }
        // A time that cannot be read is null in its cell, and its record is not lost in silence.
        let odd = Dictionary(reader.oddInstants.map { ($0.row, $0.text) }) { first, _ in first }
        batch.reject { _, row in odd[row].map { ("github.time", "'\($0)' is not a time") } }
        return batch
    }

    /// What the status means for a reader: GitHub's documentation, "Troubleshooting the REST API".
    private static func check(_ response: HTTPResponse) throws {
        switch response.status {
        case 200: return
        case 403 where response.headers["X-RateLimit-Remaining"] == "0", 429:
            throw StageFailure.transient(
                Diagnostic("github.limit", message: "GitHub accepts no more requests for now", hint: "give a 'token'"),
                retryAfter: response.headers.retryAfter()
            )
        case 500...599:
            throw StageFailure.transient(Diagnostic("github.down", message: "GitHub answers \(response.status)"))
        case 401, 403: throw Diagnostic("github.token", message: "GitHub refuses the token", category: .environment)
        case 404: throw Diagnostic("github.missing", message: "there is no such repository", category: .environment)
        default:
            throw Diagnostic("github.answer", message: "GitHub answers \(response.status), which it does not document")
        }
    }
}
