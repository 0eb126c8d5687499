internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// Reads an account's data page by page: completely, although pages move, come short, repeat items or are missing at
/// times.
///
///     page 1, which states how many there are
///     last page … page 2, page 1 (stored): the oldest first, several at the same time
///     a check at the end: is it complete, and did nothing change in the meantime?
///
/// An answer that contradicts the first page ends the walk, and the run starts it again (`StageFailure.sourceChanged`).
struct AccountReading: Sendable {
    let routes: TraktRoutes
    let client: TraktClient
    /// The available columns.
    let record: TraktRecord
    /// The columns and records that are wanted.
    let request: ReadRequest
    /// Whether complete objects are requested, because columns of them are wanted.
    let details: Bool
    let reader: TraktPageReader
    let window: TimeWindow
    let pageSize: Int
    let acceptsDrop: Bool
    /// Whether a walk that has fewer items than were announced is accepted.
    let acceptsPartial: Bool
    let api: HTTPURL
    let memory: WalkMemory
    let context: StageContext

    /// The time range of the requested data, in the form of the API.
    struct TimeWindow: Sendable {
        var start: String?
        var end: String?

        /// Whether everything is requested.
        var isOpen: Bool { start == nil && end == nil }
    }

    init(
        routes: TraktRoutes,
        client: TraktClient,
        record: TraktRecord,
        request: ReadRequest,
        window: TimeWindow,
        pageSize: Int,
        acceptsDrop: Bool,
        acceptsPartial: Bool,
        api: HTTPURL,
        memory: WalkMemory,
        context: StageContext
    ) {
        self.routes = routes
        self.client = client
        self.record = record
        self.request = request
        details = TraktDetails.names.contains { request.wants($0) }
        reader = TraktPageReader(
            record,
            schema: record.schema(always: TraktPageReader.keys(of: record)) { request.wants($0) }
        )
        self.window = window
        self.pageSize = pageSize
        self.acceptsDrop = acceptsDrop
        self.acceptsPartial = acceptsPartial
        self.api = api
        self.memory = memory
        self.context = context
    }

    /// The same reading with another request.
    func answering(_ request: ReadRequest) -> AccountReading {
        AccountReading(
            routes: routes,
            client: client,
            record: record,
            request: request,
            window: window,
            pageSize: pageSize,
            acceptsDrop: acceptsDrop,
            acceptsPartial: acceptsPartial,
            api: api,
            memory: memory,
            context: context
        )
    }

    /// The columns that are read: those that are wanted, and those that identify records.
    var schema: Schema { reader.schema }

    /// The most pages that are read after the last one that was stated.
    static let mostBeyond = 100

    func read(
        at cursor: TraktCursor?,
        since: Int64?,
        into batch: inout Batch
    ) async throws -> Next<TraktCursor> {
        let cursor = if let cursor { cursor } else { TraktCursor(try await firstPart(), step: .first) }
        batch.origin = "\(routes.data.words), \(cursor.step.words)"
        switch cursor.step {
        case .first: return try await begin(cursor.part, since: since, into: &batch)
        case .page(let number): return try await page(number, at: cursor, since: since, into: &batch)
        case .next(let number): return try await nextUncounted(number, at: cursor, since: since, into: &batch)
        case .check: return try await check(cursor, since: since, into: &batch)
        }
    }

    // MARK: Parts

    private func firstPart() async throws -> String {
        if let parts = routes.parts { return parts.first ?? "" }
        return try await memory.lists(of: self).first?.part ?? ""
    }

    /// The step after a part that is complete.
    func next(after part: String) async throws -> Next<TraktCursor> {
        let parts = if let parts = routes.parts { parts } else { try await memory.lists(of: self).map(\.part) }
        guard let index = parts.firstIndex(of: part), index + 1 < parts.count else { return .end }
        return .at(TraktCursor(parts[index + 1], step: .first))
    }

    // MARK: One answer

    /// Requests a page.
    ///
    /// - Parameters:
    ///   - number: Its number, from 1.
    ///   - part: The part of the data.
    ///   - since: The earliest time wanted.
    ///   - isAgain: Whether the last answer was not complete, so that a cache must not return it again.
    /// - Returns: The page, its records completed.
    /// - Throws: As `TraktClient.get`.
    func ask(_ number: Int, of part: String, since: Int64?, isAgain: Bool = false) async throws -> TraktPage {
        let reading = reading(number, of: part)
        let page = try await client.get(
            routes.path(of: part),
            query: query(number, since: since),
            needsToken: routes.isOwn,
            isFresh: isAgain,
            reading: reading
        )
        return try await completed(page, of: part)
    }

    /// Requests a page after the last known one; nil if there is none.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - part: The part of the data.
    ///   - since: The earliest time wanted.
    ///   - isNeeded: Whether something may be missing without it. If not, an error of the server counts as no page.
    ///   - isAgain: Whether the last answer was not complete, so that a cache must not return it again.
    /// - Returns: The page, its records completed.
    /// - Throws: As `TraktClient.find`; `StageFailure.transient` if a page that is needed is not available.
    func askBeyond(
        _ number: Int,
        of part: String,
        since: Int64?,
        isNeeded: Bool,
        isAgain: Bool = false
    ) async throws -> TraktPage? {
        let reading = reading(number, of: part)
        let found = try await client.find(
            routes.path(of: part),
            query: query(number, since: since),
            needsToken: routes.isOwn,
            isFresh: isAgain,
            reading: reading
        )
        switch found {
        case .found(let page): return try await completed(page, of: part)
        case .missing: return nil
        case .failed(let reason):
            guard isNeeded else { return nil }
            throw StageFailure.transient(reason)
        }
    }

    private func reading(_ number: Int, of part: String) -> @Sendable (HTTPResponse) throws -> TraktPage {
        let name = routes.path(of: part).joined(separator: "/") + ", page \(number)"
        let subject = routes.subject(of: part)
        return { [reader] in try reader.page($0, about: subject, name: name) }
    }

    private func completed(_ page: TraktPage, of part: String) async throws -> TraktPage {
        if page.hasMismatches { warnOfMismatches(routes.path(of: part).joined(separator: "/")) }
        var page = page
        if !page.times.local.isEmpty {
            let name =
                routes.isOwn
                ? try await memory.account.timeZone(of: client, log: context.log, stage: context.stage) : nil
            page.times.place(in: try OddTimes.Zone(named: name, in: context), of: &page.batch, byNumber: true)
        }
        try await complete(&page.batch, of: part)
        return page
    }

    private func query(_ page: Int, since: Int64?) -> [(name: String, value: String)] {
        var query = [(name: "page", value: "\(page)"), (name: "limit", value: "\(pageSize)")]
        if details { query.append(("extended", "full")) }
        // Trakt counts milliseconds: the first one that is not earlier.
        let least = since.map { ISO8601.text(ofMicroseconds: Self.wholeMilliseconds(from: $0)) }
        let start = [least, window.start].compactMap { $0 }.max()
        if let start { query.append(("start_at", start)) }
        if let end = window.end { query.append(("end_at", end)) }
        return query
    }

    /// The first whole millisecond that is not before an instant, both in microseconds.
    private static func wholeMilliseconds(from moment: Int64) -> Int64 {
        let rest = (moment % 1000 + 1000) % 1000
        guard rest > 0 else { return moment }
        let (next, isTooLate) = moment.addingReportingOverflow(1000 - rest)
        return isTooLate ? moment : next
    }

    /// Sets the values that are the same for many records.
    private func complete(_ batch: inout Batch, of part: String) async throws {
        let schema = batch.schema
        func field(_ name: String) -> Field? {
            schema.columns.firstIndex { $0.name == name }.map { Field(index: $0, kind: schema.columns[$0].kind) }
        }
        if field("time_zone") != nil, routes.isOwn,
            let zone = try await memory.account.timeZone(
                of: client,
                log: context.log,
                stage: context.stage,
                isNeeded: request.needs("time_zone")
            )
        {
            TraktRecord.fill("time_zone", with: zone, in: &batch)
        }
        guard case .list = routes.data else { return }
        let (number, name) = (field("list"), field("list_name"))
        guard number != nil || name != nil else { return }
        let list = try await memory.list(part, of: self)
        if let number, let id = list.id {
            batch.replace(integers: number) { batch, out in
                for _ in 0..<batch.count { out.append(id) }
            }
        }
        if name != nil { TraktRecord.fill("list_name", with: list.name, in: &batch) }
    }

    // MARK: Messages

    func moved(_ what: String) -> StageFailure {
        // The next walk starts with a new check of the account.
        memory.account.clearActivities()
        return .sourceChanged(
            Diagnostic(
                "trakt.moved",
                message: "the data at Trakt changed while it was read: \(what)",
                hint: "run it again when nothing is being added or removed there"
            )
        )
    }

    func tooManyPages(_ pages: Int) -> Diagnostic {
        Diagnostic(
            "trakt.pages",
            message: "Trakt reports \(pages) pages of \(routes.items), which is not plausible",
            hint: "run it again later; if it does not change, read the export ZIP instead"
        )
    }

    private func warnOfMismatches(_ name: String) {
        context.log.say(
            Diagnostic(
                "trakt.unexpected",
                message: "\(name) has values of an unexpected kind, such as a text instead of a number; "
                    + "they are treated as missing",
                at: .stage(context.stage, at: nil),
                severity: .warning
            )
        )
    }
}

extension TraktCursor.Step {
    /// The step as text: `page 12`.
    fileprivate var words: String {
        switch self {
        case .first: "page 1"
        case .page(let number), .next(let number): "page \(number)"
        case .check: "the check at the end"
        }
    }
}
