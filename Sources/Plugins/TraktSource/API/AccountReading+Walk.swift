internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// The walk over the pages of a part, from the first answer to the last.
extension AccountReading {
    /// Asks for the first page, which says how many there are.
    func begin(_ part: String, _ since: Int64?, _ batch: inout Batch) async throws -> Next<TraktCursor> {
        guard !part.isEmpty else { return .end }  // An account without lists.
        let record = memory.begin(part)
        memory.account.begin(stageName)
        // Before the first page: whatever happens behind that look shows in the last one.
        let before = routes.isOwn ? try await activities() : nil
        let first = try await ask(1, of: part, since)
        let state = "\(before ?? "")/\(first.word)"
        guard let paging = try await paging(of: first, part, since) else {
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
        if census.pages == 1 {
            deliver(first, 1, record, &batch)
            let isWhole = first.count < census.limit || first.count == census.items
            return isWhole
                ? try await finish(TraktCursor(part, .check, census), since, record)
                : .at(TraktCursor(part, .check, census))
        }
        census.state = state
        memory.keep(first, 1, of: part)
        let pages = (1...census.pages).reversed().map { TraktCursor(part, .page($0), census) }
        return .pages(pages + [TraktCursor(part, .check, census)])
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
    var stageName: String { "\(context.run.pipeline) \(context.stage) \(routes.data.words)" }

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
    func page(_ number: Int, _ cursor: TraktCursor, _ since: Int64?, _ batch: inout Batch) async throws {
        let census = cursor.census
        let record = memory.record(of: cursor.part)
        var page: TraktPage
        if let kept = memory.take(number, of: cursor.part) {
            page = kept
        } else {
            page = try await askWithin(census, number, cursor.part, since)
            // Hidden items are taken out after a page was cut. Or the answer is bad: it does no harm to ask once more,
            // unless most pages are short.
            if let expected = census.items(on: number), page.count < expected, record.mayAskAgain(pages: census.pages) {
                let again = try await askWithin(census, number, cursor.part, since)
                if again.count > page.count { page = again }
            }
        }
        deliver(page, number, record, &batch)
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

    /// Appends the records of a page, the oldest first where they have a time, without those that came on another page.
    func deliver(_ page: TraktPage, _ number: Int, _ record: WalkRecord, _ batch: inout Batch) {
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
        deliver(first, 1, record, &batch)
        let census = TraktCursor.Census(pages: 0, items: nil, limit: first.count, state: state)
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
        let record = memory.record(of: cursor.part)
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
        deliver(page, number, record, &batch)
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
