internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// The walk over the pages of a part, from the first answer to the last.
extension AccountReading {
    /// Requests the first page, which states how many there are.
    func begin(_ part: String, since: Int64?, into batch: inout Batch) async throws -> Next<TraktCursor> {
        guard !part.isEmpty else { return .end }  // An account without lists.
        let record = try await memory.begin(part, kept: keptWalk(part))
        memory.account.begin(stageName)
        // Before the first page: any later change shows in the last check.
        let before = routes.isOwn ? try await activities() : nil
        var first = try await ask(1, of: part, since: since)
        guard let (paging, pages) = try await paging(of: &first, part: part, since: since) else {
            return try await beginUncounted(
                part,
                first: first,
                before: before,
                since: since,
                record: record,
                into: &batch
            )
        }
        var census = TraktCursor.Census(
            pages: max(pages, 1),
            items: paging.items,
            limit: paging.limit ?? pageSize
        )
        guard census.pages <= TraktPaging.mostPages else { throw tooManyPages(census.pages) }
        if !census.isConsistent {
            census.limit = try await pageLength(&first, census: census, stated: paging.limit, of: part, since: since)
        }
        if since == nil, window.isOpen, !acceptsDrop, let items = paging.items {
            try await keptCount(part).check(items)
        }
        first = try await whole(
            first,
            number: 1,
            at: TraktCursor(part, step: .first, census: census),
            since: since,
            record: record
        )
        if census.pages == 1 {
            let check = TraktCursor(part, step: .check, census: census)
            try await deliver(first, number: 1, at: check, record: record, into: &batch)
            let isWhole = first.count == census.items || (census.items == nil && first.count < census.limit)
            return isWhole ? try await finish(check, since: since, record: record) : .at(check)
        }
        census.state = "\(before ?? "")/\(first.word)"
        memory.keep(first, number: 1, of: part)
        return .pages((1...census.pages).reversed().map { TraktCursor(part, step: .page($0), census: census) })
    }

    /// The stored items of the walks over a part.
    func keptWalk(_ part: String) -> KeptWalk { KeptWalk(part, of: stageName, in: context) }

    /// The items of the part that a cursor belongs to.
    func record(at cursor: TraktCursor) async throws -> WalkRecord {
        try await memory.record(at: cursor, kept: keptWalk(cursor.part))
    }

    /// The paging after the first page; nil if the server states nothing.
    ///
    /// If the first answer does not state it, the second one may: header fields can get lost on the way.
    private func paging(
        of first: inout TraktPage,
        part: String,
        since: Int64?
    ) async throws -> (TraktPaging, pages: Int)? {
        if let paging = first.paging, let pages = paging.pages, pages > 0 || first.count == 0 { return (paging, pages) }
        // More than were requested: the server has no pages.
        guard first.count <= pageSize else { return nil }
        first = try await confirmed(first, of: part, since: since, full: pageSize)
        if let paging = first.paging, let pages = paging.pages, pages > 0 { return (paging, pages) }
        guard first.count <= pageSize, let second = try await askBeyond(2, of: part, since: since, isNeeded: true)
        else {
            return nil
        }
        memory.keep(second, number: 2, of: part)
        return second.paging.flatMap { paging in paging.pages.flatMap { $0 > 0 ? (paging, $0) : nil } }
    }

    /// The stage's name, unique among all pipelines of the process.
    var stageName: String { "\(context.run.key) \(context.stage) \(routes.data.words)" }

    /// The times of the account's last activities that change with the data, as a text; nil if the server does not
    /// state them.
    private func activities() async throws -> String? {
        try await memory.account.activities(of: client, isFresh: false)?.state(of: routes.activities)
    }

    /// A value that changes whenever the data does, for one request; nil if the server does not state it.
    func revision() async throws -> String? {
        try await activities().map { "\(routes.data.words) \(routes.kind) \($0)" }
    }

    // MARK: A known number of pages

    /// Reads a page of a known number of pages.
    ///
    /// - Returns: The next step: after the first page, which is the last of the list, the check.
    func page(
        _ number: Int,
        at cursor: TraktCursor,
        since: Int64?,
        into batch: inout Batch
    ) async throws -> Next<TraktCursor> {
        let record = try await record(at: cursor)
        let kept = memory.take(number, of: cursor.part)
        var page =
            if let kept { kept } else {
                try await askWithin(cursor.census, number: number, of: cursor.part, since: since)
            }
        // The first page was completed before the others were requested.
        if number > 1 || kept == nil {
            page = try await whole(page, number: number, at: cursor, since: since, record: record)
        }
        try await deliver(page, number: number, at: cursor, record: record, into: &batch)
        return number == 1 ? .at(TraktCursor(cursor.part, step: .check, census: cursor.census)) : .end
    }

    /// Requests a page, and compares the paging that it states with that of the first one.
    func askWithin(
        _ census: TraktCursor.Census,
        number: Int,
        of part: String,
        since: Int64?,
        isAgain: Bool = false
    ) async throws -> TraktPage {
        do {
            let page = try await ask(number, of: part, since: since, isAgain: isAgain)
            try compare(page.paging, with: census)
            return page
        } catch let diagnostic as Diagnostic where diagnostic.code == "trakt.missing" && number > 1 {
            throw moved("\(routes.items) had \(census.pages.counted("page")), and now there is no page \(number)")
        }
    }

    /// Compares the paging of an answer with that of the first one.
    ///
    /// - Throws: `StageFailure.sourceChanged` if it differs.
    func compare(_ paging: TraktPaging?, with census: TraktCursor.Census) throws {
        guard let paging else { return }
        if let items = paging.items, let before = census.items, items != before {
            throw moved("there were \(before) \(routes.items), then \(items)")
        }
        if census.pages > 0, let pages = paging.pages, max(pages, 1) != census.pages {
            throw moved("\(routes.items) had \(census.pages.counted("page")), then \(pages)")
        }
    }

    /// Appends the records of a page as `append` does, and stores which items they were.
    private func deliver(
        _ page: TraktPage,
        number: Int,
        at cursor: TraktCursor,
        record: WalkRecord,
        into batch: inout Batch
    ) async throws {
        let repeats = append(page, number: number, record: record, into: &batch)
        let items = KeptWalk.Items(keys: page.keys, repeats: repeats)
        try await keptWalk(cursor.part).keep(items, of: number, in: record.walk, census: cursor.census)
    }

    /// Appends the records of a page without those that came on another page; the oldest first if they have a time.
    ///
    /// - Returns: Which items came on another page.
    @discardableResult
    func append(_ page: TraktPage, number: Int, record: WalkRecord, into batch: inout Batch) -> [Bool] {
        let repeats = record.note(page.keys, of: number)
        let origin = batch.origin
        batch = page.batch
        batch.origin = origin
        // If items were left out of the batch, their rows are no longer known; comments do not come twice.
        if batch.count == repeats.count, repeats.contains(true) {
            batch.keep(orFilterAs: "on several pages at Trakt") { _, row in !repeats[row] }
        }
        page.times.reject(from: &batch, code: "trakt.time", byNumber: true)
        if routes.data == .history { batch = batch.reversed() }
        return repeats
    }

    // MARK: An unknown number of pages

    /// Continues from a first page that does not state how many there are.
    private func beginUncounted(
        _ part: String,
        first: TraktPage,
        before: String?,
        since: Int64?,
        record: WalkRecord,
        into batch: inout Batch
    ) async throws -> Next<TraktCursor> {
        let second = memory.kept(2, of: part)
        let census = TraktCursor.Census(
            pages: 0,
            items: first.paging?.items ?? second?.paging?.items,
            limit: first.count,
            state: "\(before ?? "")/\(first.word)"
        )
        try await deliver(
            first,
            number: 1,
            at: TraktCursor(part, step: .first, census: census),
            record: record,
            into: &batch
        )
        return .at(TraktCursor(part, step: second == nil ? .check : .next(2), census: census))
    }

    /// Reads until pages have no new items: a short or empty one may have others after it.
    func nextUncounted(
        _ number: Int,
        at cursor: TraktCursor,
        since: Int64?,
        into batch: inout Batch
    ) async throws -> Next<TraktCursor> {
        guard number <= TraktPaging.mostPages else { throw tooManyPages(number) }
        let (part, census) = (cursor.part, cursor.census)
        let record = try await record(at: cursor)
        let end = TraktCursor(part, step: .check, census: census)
        let full = max(census.limit, record.longest)
        guard let page = try await uncounted(number, of: part, since: since, record: record, full: full) else {
            return try await check(end, since: since, into: &batch)
        }
        try compare(page.paging, with: census)
        if record.news(in: page.keys, of: number) == 0 {
            // A server without pages repeats its answer, as does one that repeats its last page. But hidden items can
            // leave a page in the middle empty.
            let following = try await askBeyond(number + 1, of: part, since: since, isNeeded: true)
            guard let following, record.news(in: following.keys, of: number + 1) > 0 else {
                return try await check(end, since: since, into: &batch)
            }
            memory.keep(following, number: number + 1, of: part)
        }
        try await deliver(page, number: number, at: cursor, record: record, into: &batch)
        return .at(TraktCursor(part, step: .next(number + 1), census: census))
    }
}

extension Batch {
    /// The same records in reverse order.
    fileprivate func reversed() -> Batch {
        var reversed = gathered((0..<UInt32(count)).reversed())
        var notes = self
        reversed.adopt(notesOf: &notes)
        return reversed
    }
}
