internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// Reads an account's data page by page: whole, although pages move, come short, come twice and are not there at times.
///
///     page 1, which says how many there are
///     last page … page 2, page 1 (kept from before): the oldest first, several at once
///     a check: is what came all there is, and did nothing change meanwhile?
///
/// Whatever contradicts the first page ends the walk, and the run begins it anew (`StageFailure.moved`).
struct AccountReading: Sendable {
    let routes: TraktRoutes
    let client: TraktClient
    let reader: TraktPageReader
    let window: TimeWindow
    let pageSize: Int
    let details: Bool
    let acceptsDrop: Bool
    let api: HTTPURL
    let memory: WalkMemory
    let context: StageContext

    /// The moments between which data is asked for, as the API wants them.
    struct TimeWindow: Sendable {
        var start: String?
        var end: String?
    }

    /// The most pages that are read, and the most behind the last that was told.
    private static let mostPages = 10_000
    private static let mostBeyond = 100

    func read(
        at cursor: TraktCursor?,
        since: Int64?,
        into batch: inout Batch
    ) async throws -> Next<TraktCursor> {
        let cursor = if let cursor { cursor } else { TraktCursor(try await firstPart(), .first) }
        batch.origin = "\(routes.data.words), \(cursor.step.words)"
        switch cursor.step {
        case .first: return try await begin(cursor.part, since, &batch)
        case .page(let number):
            try await page(number, cursor, since, &batch)
            return .end
        case .next(let number): return try await goOn(number, cursor, since, &batch)
        case .check: return try await check(cursor, since, &batch)
        }
    }

    // MARK: Parts

    private func firstPart() async throws -> String {
        if let parts = routes.parts { return parts.first ?? "" }
        return try await memory.lists(of: self).first?.part ?? ""
    }

    /// What follows a part that is done.
    private func next(behind part: String) async throws -> Next<TraktCursor> {
        let parts = if let parts = routes.parts { parts } else { try await memory.lists(of: self).map(\.part) }
        guard let index = parts.firstIndex(of: part), index + 1 < parts.count else { return .end }
        return .at(TraktCursor(parts[index + 1], .first))
    }

    // MARK: One answer

    /// Asks for a page.
    ///
    /// - Parameters:
    ///   - number: Its number, from 1.
    ///   - part: The part of the data.
    ///   - since: The least time wanted.
    ///   - isFit: Whether an answer can be what was asked for; if not, it is asked for again.
    /// - Returns: The page, its records whole.
    /// - Throws: As `TraktClient.get`.
    private func ask(
        _ number: Int,
        of part: String,
        _ since: Int64?,
        isFit: @escaping @Sendable (TraktPage) -> Bool = { _ in true }
    ) async throws -> TraktPage {
        let path = routes.path(of: part)
        let subject = routes.subject(of: part)
        let name = path.joined(separator: "/") + ", page \(number)"
        var page = try await client.get(
            path,
            query: query(number, since),
            needsToken: routes.isOwn
        ) { [reader] response in
            let page = try reader.page(response, about: subject, name: name)
            guard isFit(page) else {
                throw StageFailure.transient(
                    Diagnostic(
                        "trakt.damaged",
                        "\(name): the answer does not say how many pages there are",
                        hint: "run it again later"
                    )
                )
            }
            return page
        }
        if page.hasMismatches { warnOfMismatches(name) }
        try await complete(&page.batch, part)
        return page
    }

    private func query(_ page: Int, _ since: Int64?) -> [(name: String, value: String)] {
        var query = [(name: "page", value: "\(page)"), (name: "limit", value: "\(pageSize)")]
        if details { query.append(("extended", "full")) }
        let start = [since.map { ISO8601.text(ofMilliseconds: $0) }, window.start].compactMap { $0 }.max()
        if let start { query.append(("start_at", start)) }
        if let end = window.end { query.append(("end_at", end)) }
        return query
    }

    /// Fills in what is the same for many records.
    private func complete(_ batch: inout Batch, _ part: String) async throws {
        let schema = batch.schema
        func field(_ name: String) -> Field? {
            schema.columns.firstIndex { $0.name == name }.map { Field(index: $0, kind: schema.columns[$0].kind) }
        }
        if field("time_zone") != nil, routes.isOwn, let zone = try await memory.account.timeZone(of: client) {
            TraktRecord.fill("time_zone", zone, in: &batch)
        }
        guard case .list = routes.data else { return }
        let (number, name) = (field("list"), field("list_name"))
        guard number != nil || name != nil else { return }
        let list = try await memory.list(part, of: self)
        for row in 0..<batch.count {
            if let number, let id = list.id { batch.set(id, row, number) }
            if let name { batch.set(list.name, row, name) }
        }
    }

    // MARK: The walk

    /// Asks for the first page, which says how many there are.
    private func begin(_ part: String, _ since: Int64?, _ batch: inout Batch) async throws -> Next<TraktCursor> {
        guard !part.isEmpty else { return .end }  // An account without lists.
        let record = memory.begin(part)
        memory.account.begin(stageName)
        // Before the first page: whatever happens behind that look shows in the last one.
        let before = routes.isOwn ? try await activities(isFresh: false) : nil
        let first = try await ask(1, of: part, since)
        guard let paging = first.paging else { return try await beginUncounted(part, first, since, record, &batch) }
        var census = TraktCursor.Census(
            pages: max(paging.pages, 1),
            items: paging.items,
            limit: paging.limit ?? pageSize
        )
        if paging.limit == nil, !census.isConsistent { census.limit = first.count }  // Cut down without a word.
        guard census.pages <= Self.mostPages else { throw tooManyPages(census.pages) }
        if since == nil, !acceptsDrop, let items = paging.items {
            try await keptCount(part).check(items)
        }
        if census.pages > 1 { census.state = before ?? Self.digest(first.keys) }
        if census.pages == 1 {
            deliver(first, 1, record, &batch)
            let isWhole = first.count < census.limit || (census.isConsistent && first.count == census.items)
            return isWhole
                ? try await finish(TraktCursor(part, .check, census), since, record)
                : .at(TraktCursor(part, .check, census))
        }
        memory.keep(first, of: part)
        let pages = (1...census.pages).reversed().map { TraktCursor(part, .page($0), census) }
        return .pages(pages + [TraktCursor(part, .check, census)])
    }

    /// The stage's name among those of all pipelines of the process.
    var stageName: String { "\(context.run.pipeline) \(context.stage) \(routes.data.words)" }

    /// When the account last did something that changes the data, as a word.
    private func activities(isFresh: Bool) async throws -> String {
        try await memory.account.activities(of: client, isFresh: isFresh).state(of: routes.activities)
    }

    /// What changes whenever the data does, for the cost of one request.
    func revision() async throws -> String {
        "\(routes.data.words) \(routes.kind) \(try await activities(isFresh: false))"
    }

    private static func digest(_ keys: [UInt64]) -> String {
        var digest = Digest()
        for key in keys { digest.add(Int64(bitPattern: key)) }
        return digest.text
    }

    /// Reads a page of a known number of pages.
    private func page(
        _ number: Int,
        _ cursor: TraktCursor,
        _ since: Int64?,
        _ batch: inout Batch
    ) async throws {
        let census = cursor.census
        let expected = census.items(on: number)
        var page: TraktPage
        if number == 1, let kept = memory.takeFirst(of: cursor.part) {
            page = kept
        } else {
            page = try await askWithin(census, number, cursor.part, since, expected)
            // Hidden items are taken out after a page was cut. Or the answer is bad: it does no harm to ask once more.
            if let expected, page.count < expected {
                let again = try await askWithin(census, number, cursor.part, since, expected)
                if again.count > page.count { page = again }
            }
        }
        deliver(page, number, memory.record(of: cursor.part), &batch)
    }

    /// Asks for a page, and compares what it says of all pages with what the first one said.
    private func askWithin(
        _ census: TraktCursor.Census,
        _ number: Int,
        _ part: String,
        _ since: Int64?,
        _ expected: Int?
    ) async throws -> TraktPage {
        let page = try await ask(number, of: part, since) { $0.paging != nil || $0.count == expected }
        guard let paging = page.paging else { return page }
        let (items, limit) = (paging.items ?? census.items, paging.limit ?? census.limit)
        guard paging.pages == census.pages, items == census.items, limit == census.limit else {
            throw moved(
                items == census.items
                    ? "there were \(census.pages) pages of \(routes.items), then \(paging.pages)"
                    : "there were \(census.items ?? 0) \(routes.items), then \(items ?? 0)"
            )
        }
        return page
    }

    /// Appends the records of a page, the oldest first where they have a time, without those that came on another page.
    private func deliver(_ page: TraktPage, _ number: Int, _ record: WalkRecord, _ batch: inout Batch) {
        let repeats = record.note(page.keys, of: number)
        let origin = batch.origin
        batch = page.batch
        batch.origin = origin
        // Where items were left out of the batch, their rows cannot be told any more; comments do not come twice.
        if batch.count == repeats.count, repeats.contains(true) {
            batch.keep(orFilterAs: "on several pages at Trakt") { _, row in !repeats[row] }
        }
        if routes.data == .history { batch = batch.reversed() }
    }

    // MARK: A walk without numbers

    /// Goes on from a first page that does not say how many there are.
    private func beginUncounted(
        _ part: String,
        _ first: TraktPage,
        _ since: Int64?,
        _ record: WalkRecord,
        _ batch: inout Batch
    ) async throws -> Next<TraktCursor> {
        deliver(first, 1, record, &batch)
        // More than were asked for: the server knows no pages. Fewer than any page has: there are no more.
        let census = TraktCursor.Census(pages: 1, items: nil, limit: first.count)
        guard [10, 50, 100, pageSize].contains(first.count) else {
            return try await finish(TraktCursor(part, .check, census), since, record)
        }
        return .at(TraktCursor(part, .next(2), census))
    }

    private func goOn(
        _ number: Int,
        _ cursor: TraktCursor,
        _ since: Int64?,
        _ batch: inout Batch
    ) async throws -> Next<TraktCursor> {
        guard number <= Self.mostPages else { throw tooManyPages(number) }
        let record = memory.record(of: cursor.part)
        let page = try await ask(number, of: cursor.part, since)
        let before = record.keys(of: number - 1)
        // A server without pages gives the same again.
        if page.count == 0 || page.keys == before {
            return try await finish(TraktCursor(cursor.part, .check, cursor.census), since, record)
        }
        if page.paging != nil, number == 2 {
            // The first answer had lost its header fields.
            throw moved("the first answer did not say how many pages there are, the second did")
        }
        deliver(page, number, record, &batch)
        if page.count < cursor.census.limit {
            return try await finish(TraktCursor(cursor.part, .check, cursor.census), since, record)
        }
        return .at(TraktCursor(cursor.part, .next(number + 1), cursor.census))
    }

    // MARK: The end of a walk

    /// Sees to it that what came is all there is, and of one moment.
    private func check(_ cursor: TraktCursor, _ since: Int64?, _ batch: inout Batch) async throws -> Next<TraktCursor> {
        let record = memory.record(of: cursor.part)
        let census = cursor.census
        try await lookBeyond(cursor, since, record, &batch)
        let sum = record.sum
        let isSeen = sum.pages >= census.pages
        let isRight = isSeen && (!census.isConsistent || sum.different == census.items)
        if census.pages > 1 { try await checkState(cursor, since, mayWait: isRight) }
        if isSeen, !isRight, sum.different < sum.items { try checkAgain(cursor.part, sum) }
        if isSeen, !isRight, let items = census.items { remark(items, sum) }
        return try await finish(cursor, since, record)
    }

    /// A last page that is full may not be the last, whatever the server says.
    private func lookBeyond(
        _ cursor: TraktCursor,
        _ since: Int64?,
        _ record: WalkRecord,
        _ batch: inout Batch
    ) async throws {
        let census = cursor.census
        guard let last = record.keys(of: census.pages), census.limit > 0, last.count >= census.limit else { return }
        for number in (census.pages + 1)...(census.pages + Self.mostBeyond) {
            let page = try await ask(number, of: cursor.part, since)
            if page.count == 0 || page.keys == last { return }
            guard page.paging.map({ $0.pages == census.pages }) ?? true else {
                throw moved("there were \(census.pages) pages of \(routes.items), then more")
            }
            var more = Batch(batch.schema)
            deliver(page, number, record, &more)
            for row in 0..<more.count { batch.append(row, of: more) }
            if page.count < census.limit { return }
        }
        throw tooManyPages(census.pages + Self.mostBeyond)
    }

    /// Compares the account with what it looked like at the start: when it last did something, or, if that is nobody's
    /// business, what its first page has.
    private func checkState(_ cursor: TraktCursor, _ since: Int64?, mayWait: Bool) async throws {
        let state = cursor.census.state
        guard routes.isOwn else {
            let first = try await ask(1, of: cursor.part, since)
            if Self.digest(first.keys) != state { throw moved("the account's \(routes.items) have changed") }
            return
        }
        let walk = AccountMemory.Walk(items: routes.items, activities: routes.activities, state: state)
        if mayWait, routes.data != .history, memory.account.leave(walk, of: context.run.pipeline) { return }
        let now = try await memory.account.activities(of: client, isFresh: true)
        for walk in memory.account.takeUnproven() + [walk] where now.state(of: walk.activities) != walk.state {
            throw moved("the account's \(walk.items) have changed")
        }
    }

    /// Has a walk repeated in which items came twice, unless the one before was just like it.
    private func checkAgain(_ part: String, _ sum: WalkRecord.Sum) throws {
        guard memory.account.isNew(sum.digest, of: "\(context.stage) \(part)") else { return }
        throw moved("\(sum.items) \(routes.items) came, of which \(sum.different) were different")
    }

    private func remark(_ items: Int, _ sum: WalkRecord.Sum) {
        context.log.say(
            Diagnostic(
                "trakt.count",
                "Trakt counts \(items) \(routes.items), and shows \(sum.different)",
                at: .stage(context.stage, at: nil),
                hint: "hidden and deleted items are counted and not shown; nothing is missing that can be had",
                severity: .note
            )
        )
    }

    /// Keeps what the next run wants to know, and goes on with the next part.
    private func finish(
        _ cursor: TraktCursor,
        _ since: Int64?,
        _ record: WalkRecord
    ) async throws -> Next<TraktCursor> {
        if window.start == nil, window.end == nil {
            try await memory.note(cursor, since, record, of: self)
        }
        try await client.settle()
        return try await next(behind: cursor.part)
    }

    func keptCount(_ part: String) -> KeptCount { KeptCount(routes, part: part, api: api, in: context) }

    /// How many items there are without regard to time.
    func total(of part: String) async throws -> Int? {
        try await client.get(
            routes.path(of: part),
            query: [("page", "1"), ("limit", "1")],
            needsToken: routes.isOwn
        ) { TraktPaging($0.headers)?.items }
    }

    // MARK: Words

    private func moved(_ what: String) -> StageFailure {
        // The next walk begins with a new look at the account.
        memory.account.forgetActivities()
        return .moved(
            Diagnostic(
                "trakt.moved",
                "what is at Trakt has changed while it was read: \(what)",
                hint: "run it again when nothing is being added or removed there"
            )
        )
    }

    private func tooManyPages(_ pages: Int) -> Diagnostic {
        Diagnostic(
            "trakt.pages",
            "Trakt reports \(pages) pages of \(routes.items), which are more than anybody can have",
            hint: "run it again later; if it stays like this, read the export ZIP instead"
        )
    }

    private func warnOfMismatches(_ name: String) {
        context.log.say(
            Diagnostic(
                "trakt.unexpected",
                "\(name.prefix { $0 != "," }) holds values of an unexpected kind, such as a text where a number should "
                    + "be; they are taken as missing",
                at: .stage(context.stage, at: nil),
                severity: .warning
            )
        )
    }
}

extension TraktCursor.Step {
    /// The step for people: `page 12`.
    fileprivate var words: String {
        switch self {
        case .first: "page 1"
        case .page(let number), .next(let number): "page \(number)"
        case .check: "the check at the end"
        }
    }
}

extension Batch {
    /// The same records from last to first.
    fileprivate func reversed() -> Batch {
        var reversed = Batch(schema, capacity: count)
        reversed.origin = origin
        for row in (0..<count).reversed() { reversed.append(row, of: self) }
        for reason in filtered { reversed.noteFiltered(reason.count, because: reason.reason) }
        return reversed
    }
}
