internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// The walk over the pages of a part, from the first answer to the last.
extension AccountReading {
    /// Asks for the first page, which says how many there are.
    func begin(_ part: String, _ since: Int64?, _ batch: inout Batch) async throws -> Next<TraktCursor> {
        guard !part.isEmpty else { return .end }  // An account without lists.
        let record = try await memory.begin(part, keptWalk(part))
        memory.account.begin(stageName)
        // Before the first page: whatever happens behind that look shows in the last one.
        let before = routes.isOwn ? try await activities() : nil
        var first = try await ask(1, of: part, since)
        guard let paging = try await paging(of: first, part, since) else {
            let state = "\(before ?? "")/\(first.word)"
            return try await beginUncounted(part, first, state, since, record, &batch)
        }
        var census = TraktCursor.Census(
            pages: max(paging.pages, 1),
            items: paging.items,
            limit: paging.limit ?? pageSize
        )
        if !census.isConsistent {
            // The server has cut the limit down without a word, or repeats the one that was asked for.
            var other = census
            other.limit = first.count
            if paging.limit == nil || other.isConsistent { census = other }
        }
        guard census.pages <= Self.mostPages else { throw tooManyPages(census.pages) }
        if since == nil, window.isOpen, !acceptsDrop, let items = paging.items {
            try await keptCount(part).check(items)
        }
        first = try await fuller(first, 1, TraktCursor(part, .first, census), since, record)
        if census.pages == 1 {
            let check = TraktCursor(part, .check, census)
            try await deliver(first, 1, check, record, &batch)
            let isWhole = first.count == census.items || (!census.isConsistent && first.count < census.limit)
            return isWhole ? try await finish(check, since, record) : .at(check)
        }
        census.state = "\(before ?? "")/\(first.word)"
        memory.keep(first, 1, of: part)
        return .pages((1...census.pages).reversed().map { TraktCursor(part, .page($0), census) })
    }

    /// What is kept of the walks over a part.
    func keptWalk(_ part: String) -> KeptWalk { KeptWalk(part, of: stageName, in: context) }

    /// What came of the part that a cursor belongs to.
    func record(at cursor: TraktCursor) async throws -> WalkRecord {
        try await memory.record(at: cursor, keptWalk(cursor.part))
    }

    /// What is known of the pages behind the first one; nil if nobody says.
    ///
    /// Where the first answer does not say, the second one may: header fields get lost on their way.
    private func paging(of first: TraktPage, _ part: String, _ since: Int64?) async throws -> TraktPaging? {
        if let paging = first.paging, paging.pages > 0 || first.count == 0 { return paging }
        // More than were asked for: the server knows no pages.
        guard 1...pageSize ~= first.count else { return nil }
        guard let second = try await askBeyond(2, of: part, since, isNeeded: true) else { return nil }
        memory.keep(second, 2, of: part)
        return second.paging.flatMap { $0.pages > 0 ? $0 : nil }
    }

    /// The stage's name among those of all pipelines of the process.
    var stageName: String { "\(context.run.key) \(context.stage) \(routes.data.words)" }

    /// When the account last did something that changes the data, as a word; nil if the server does not tell.
    private func activities() async throws -> String? {
        try await memory.account.activities(of: client, isFresh: false)?.state(of: routes.activities)
    }

    /// What changes whenever the data does, for the cost of one request; nil if the server does not tell.
    func revision() async throws -> String? {
        try await activities().map { "\(routes.data.words) \(routes.kind) \($0)" }
    }

    // MARK: Pages that are counted

    /// Reads a page of a known number of pages.
    ///
    /// - Returns: What follows: behind the first page, which is the last of the list, the check.
    func page(
        _ number: Int,
        _ cursor: TraktCursor,
        _ since: Int64?,
        _ batch: inout Batch
    ) async throws -> Next<TraktCursor> {
        let record = try await record(at: cursor)
        let page: TraktPage
        if let kept = memory.take(number, of: cursor.part) {
            page = kept
        } else {
            let asked = try await askWithin(cursor.census, number, cursor.part, since)
            page = try await fuller(asked, number, cursor, since, record)
        }
        try await deliver(page, number, cursor, record, &batch)
        return number == 1 ? .at(TraktCursor(cursor.part, .check, cursor.census)) : .end
    }

    /// A page, or, if it is short, what asking for it once more has brought.
    ///
    /// Hidden items are taken out after a page was cut. Or the answer is bad: it does no harm to ask once more, unless most
    /// pages are short.
    private func fuller(
        _ page: TraktPage,
        _ number: Int,
        _ cursor: TraktCursor,
        _ since: Int64?,
        _ record: WalkRecord
    ) async throws -> TraktPage {
        let census = cursor.census
        guard let expected = census.items(on: number), page.count < expected,
            record.mayAskAgain(pages: census.pages)
        else { return page }
        let again = try await askWithin(census, number, cursor.part, since)
        return again.count > page.count ? again : page
    }

    /// Asks for a page, and compares what it says of all pages with what the first one said.
    private func askWithin(
        _ census: TraktCursor.Census,
        _ number: Int,
        _ part: String,
        _ since: Int64?
    ) async throws -> TraktPage {
        do {
            let page = try await ask(number, of: part, since)
            try compare(page.paging, census)
            return page
        } catch let diagnostic as Diagnostic where diagnostic.code == "trakt.missing" && number > 1 {
            throw moved("there were \(census.pages) pages of \(routes.items), and now there is no page \(number)")
        }
    }

    /// Compares what an answer says of all pages with what the first one said.
    ///
    /// - Throws: `StageFailure.moved` if it is something else.
    func compare(_ paging: TraktPaging?, _ census: TraktCursor.Census) throws {
        guard let paging else { return }
        let items = paging.items ?? census.items
        guard max(paging.pages, 1) == census.pages, items == census.items else {
            throw moved(
                items == census.items
                    ? "there were \(census.pages) pages of \(routes.items), then \(paging.pages)"
                    : "there were \(census.items ?? 0) \(routes.items), then \(items ?? 0)"
            )
        }
    }

    /// Appends the records of a page as `append` does, and keeps which they were.
    private func deliver(
        _ page: TraktPage,
        _ number: Int,
        _ cursor: TraktCursor,
        _ record: WalkRecord,
        _ batch: inout Batch
    ) async throws {
        let repeats = append(page, number, record, &batch)
        let items = KeptWalk.Items(keys: page.keys, repeats: repeats)
        try await keptWalk(cursor.part).keep(items, of: number, in: record.walk, cursor.census)
    }

    /// Appends the records of a page, the oldest first where they have a time, without those that came on another page.
    ///
    /// - Returns: Which items came on another page.
    @discardableResult
    func append(_ page: TraktPage, _ number: Int, _ record: WalkRecord, _ batch: inout Batch) -> [Bool] {
        let repeats = record.note(page.keys, of: number)
        let origin = batch.origin
        batch = page.batch
        batch.origin = origin
        // Where items were left out of the batch, their rows cannot be told any more; comments do not come twice.
        if batch.count == repeats.count, repeats.contains(true) {
            batch.keep(orFilterAs: "on several pages at Trakt") { _, row in !repeats[row] }
        }
        if routes.data == .history { batch = batch.reversed() }
        return repeats
    }

    // MARK: Pages that nobody counts

    /// Goes on from a first page that does not say how many there are.
    private func beginUncounted(
        _ part: String,
        _ first: TraktPage,
        _ state: String,
        _ since: Int64?,
        _ record: WalkRecord,
        _ batch: inout Batch
    ) async throws -> Next<TraktCursor> {
        let census = TraktCursor.Census(pages: 0, items: nil, limit: first.count, state: state)
        try await deliver(first, 1, TraktCursor(part, .first, census), record, &batch)
        guard let second = memory.kept(2, of: part), second.count > 0, !record.knows(second.keys) else {
            return try await finish(TraktCursor(part, .check, census), since, record)
        }
        return .at(TraktCursor(part, .next(2), census))
    }

    /// Reads on, until a page has nothing new: a short one may have others behind it.
    func goOn(
        _ number: Int,
        _ cursor: TraktCursor,
        _ since: Int64?,
        _ batch: inout Batch
    ) async throws -> Next<TraktCursor> {
        guard number <= Self.mostPages else { throw tooManyPages(number) }
        let record = try await record(at: cursor)
        let page: TraktPage? =
            if let kept = memory.take(number, of: cursor.part) {
                kept
            } else {
                try await askBeyond(number, of: cursor.part, since, isNeeded: true)
            }
        // A server without pages gives the same again, and so does one that takes the last for all behind it.
        guard let page, page.count > 0, !record.knows(page.keys) else {
            return try await check(TraktCursor(cursor.part, .check, cursor.census), since, &batch)
        }
        try await deliver(page, number, cursor, record, &batch)
        return .at(TraktCursor(cursor.part, .next(number + 1), cursor.census))
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
