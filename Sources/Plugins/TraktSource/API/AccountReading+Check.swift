internal import Diagnostics
internal import PluginKit
internal import Records

/// The end of a walk: checks that it is complete and that the account did not change.
extension AccountReading {
    func check(_ cursor: TraktCursor, since: Int64?, into batch: inout Batch) async throws -> Next<TraktCursor> {
        let record = try await record(at: cursor)
        let census = cursor.census
        let isSeen = record.hasPages(upTo: census.pages)
        if isSeen, !isComplete(record, census: census) {
            try await refill(cursor, since: since, record: record, into: &batch)
        }
        let hasLooked =
            census.pages > 0 ? try await lookBeyond(cursor, since: since, record: record, into: &batch) : true
        let sum = record.sum
        let isRight = isSeen && (!census.isConsistent || sum.different == census.items)
        if census.pages != 1 {
            try await checkState(cursor, since: since, record: record, mayLeave: isRight, hasLooked: hasLooked)
        }
        if !isRight || !census.isConsistent, sum.different < sum.items {
            try checkAgain(cursor.part, sum: sum)
            try checkRepeats(record, sum: sum, census: census)
        }
        if isSeen {
            try await judge(cursor, since: since, record: record, sum: sum)
        } else {
            noteUnseen(record.count(upTo: census.pages), of: census.pages)
        }
        return try await finish(cursor, since: since, record: record)
    }

    /// Whether as many items came as were announced.
    private func isComplete(_ record: WalkRecord, census: TraktCursor.Census) -> Bool {
        census.items.map { record.sum.different >= $0 } ?? false
    }

    /// Reads beyond the last page: a full one may not be the last, whatever the server states, nor may it be if items
    /// are missing.
    ///
    /// - Returns: Whether there was a reason to check.
    private func lookBeyond(
        _ cursor: TraktCursor,
        since: Int64?,
        record: WalkRecord,
        into batch: inout Batch
    ) async throws -> Bool {
        let (census, part) = (cursor.census, cursor.part)
        guard let last = record.keys(of: census.pages), census.limit > 0 else { return false }
        let isShort = !census.isConsistent && census.items.map { record.sum.different < $0 } ?? false
        guard last.count >= census.limit || isShort else { return false }
        let isWhole = census.isConsistent && record.sum.different == census.items
        for number in (census.pages + 1)...(census.pages + Self.mostBeyond) {
            let page =
                isWhole
                ? try await askBeyond(number, of: part, since: since, isNeeded: false)
                : try await uncounted(number, of: part, since: since, record: record, full: census.limit)
            guard let page, record.news(in: page.keys, of: number) > 0 else { return true }
            guard page.paging?.pages.map({ $0 == 0 || $0 == census.pages }) ?? true else {
                throw moved("\(routes.items) had \(census.pages.counted("page")), then more")
            }
            var more = Batch(batch.schema)
            append(page, number: number, record: record, into: &more)
            batch.append(contentsOf: more)
            batch.adopt(notesOf: &more)
            if page.count < census.limit { return true }
        }
        throw tooManyPages(census.pages + Self.mostBeyond)
    }

    // MARK: Changes during the walk

    /// Compares the state of the account with that at the start: the times of its last activities, or, for another
    /// user's account or a server that does not state them, its first and last page.
    ///
    /// - Parameters:
    ///   - cursor: The end of the walk.
    ///   - since: The earliest time wanted.
    ///   - record: The items that came.
    ///   - mayLeave: Whether the check may be left to a stage that reads later.
    ///   - hasLooked: Whether the pages after the last one have been requested.
    /// - Throws: `StageFailure.sourceChanged` if it differs.
    private func checkState(
        _ cursor: TraktCursor,
        since: Int64?,
        record: WalkRecord,
        mayLeave: Bool,
        hasLooked: Bool
    ) async throws {
        let words = cursor.census.state.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 2 else { return }
        let first: @Sendable () async throws -> Void = { try await compareFirst(cursor, since: since, word: words[1]) }
        guard routes.isOwn else {
            try await first()
            if !hasLooked { try await compareLast(cursor, since: since, record: record) }
            return
        }
        guard !words[0].isEmpty else {
            if !hasLooked || routes.data == .history { try await first() }
            return
        }
        // Everything came in one answer without a count: only a second answer can show whether it was complete.
        if cursor.census.pages == 0, cursor.census.limit > pageSize { try await first() }
        let walk = AccountMemory.Walk(
            items: routes.items,
            activities: routes.activities,
            state: words[0],
            compareFirst: first
        )
        if mayLeave, routes.data != .history, memory.account.leave(walk, of: context.run.pipeline) { return }
        try await confirmUnchanged([walk])
    }

    /// Abandons a walk, and those that were left to this one, if something has changed in the meantime.
    private func confirmUnchanged(_ own: [AccountMemory.Walk]) async throws {
        let left = memory.account.takeUnproven()
        do {
            try await compare(left + own)
        } catch {
            if case StageFailure.sourceChanged = error { throw error }
            memory.account.putBack(left)
            throw error
        }
    }

    private func compare(_ walks: [AccountMemory.Walk]) async throws {
        guard !walks.isEmpty else { return }
        guard let now = try await memory.account.activities(of: client, isFresh: true) else {
            for walk in walks { try await walk.compareFirst() }
            return
        }
        for walk in walks where now.state(of: walk.activities) != walk.state {
            throw moved("the account's \(walk.items) have changed")
        }
    }

    private func compareFirst(_ cursor: TraktCursor, since: Int64?, word: String) async throws {
        let page = try await ask(1, of: cursor.part, since: since)
        if cursor.census.pages > 0 { try compare(page.paging, with: cursor.census) }
        if page.word != word { throw moved("the account's \(routes.items) have changed") }
    }

    private func compareLast(_ cursor: TraktCursor, since: Int64?, record: WalkRecord) async throws {
        guard let keys = record.keys(of: cursor.census.pages) else { return }
        guard let page = try await askBeyond(cursor.census.pages, of: cursor.part, since: since, isNeeded: true),
            page.keys == keys
        else { throw moved("the account's \(routes.items) have changed") }
        try compare(page.paging, with: cursor.census)
    }

    /// Repeats a walk in which items came twice, unless the one before had the same result.
    private func checkAgain(_ part: String, sum: WalkRecord.Sum) throws {
        guard memory.account.isNew(sum.digest, of: "\(context.stage) \(part)") else { return }
        throw moved("\(sum.items) \(routes.items) came, of which \(sum.different) were different")
    }

    /// Trakt stores one or two items of a hundred twice; fewer than this many prove nothing.
    private static let fewRepeats = 10

    /// Refuses pages that repeat others in every walk: the items that should be on them are missing.
    ///
    /// - Throws: `trakt.repeats`.
    private func checkRepeats(_ record: WalkRecord, sum: WalkRecord.Sum, census: TraktCursor.Census) throws {
        // If as many items came as there are, nothing is missing.
        guard census.items != sum.different else { return }
        let least = census.limit > 1 ? min(census.limit, Self.fewRepeats) : Self.fewRepeats
        let page = record.pageWithoutNews(least: least)
        let repeats = sum.items - sum.different
        guard page != nil || (repeats >= Self.fewRepeats && repeats * 20 > sum.items) else { return }
        let what =
            if let page {
                "page \(page) of the \(routes.items) has only items of other pages"
            } else {
                "of \(sum.items) \(routes.items) received, only \(sum.different) were different"
            }
        throw Diagnostic(
            "trakt.repeats",
            message: "\(what), however often it is read",
            at: .stage(context.stage, at: nil),
            hint: "the server, or a cache before it, repeats pages: run it again later"
        )
    }

    private func noteUnseen(_ seen: Int, of pages: Int) {
        context.log.say(
            Diagnostic(
                "trakt.unseen",
                message:
                    "of \(pages.counted("page")) of \(routes.items) \((pages - seen).counted("was", plural: "were")) read "
                    + "before, and the record of their items is lost: whether any came twice or is missing cannot be "
                    + "determined",
                at: .stage(context.stage, at: nil),
                hint: "to be sure, read everything again: --restart",
                severity: .warning
            )
        )
    }

    /// Compares what came with what was announced.
    ///
    /// - Throws: `trakt.drop` if it is far less than in the last run; `trakt.count` if it is less than was announced,
    ///   by more than hidden items explain, unless that is accepted.
    private func judge(
        _ cursor: TraktCursor,
        since: Int64?,
        record: WalkRecord,
        sum: WalkRecord.Sum
    ) async throws {
        let census = cursor.census
        var accepted = 0
        if window.isOpen, since == nil {
            let kept = try await keptCount(cursor.part)
            if !acceptsDrop { try await kept.checkShown(sum.different) }
            accepted = try await kept.value()?.missing ?? 0
        }
        let isCounted = census.items != nil
        switch outcome(of: census, record: record, accepted: accepted) {
        case .whole: return
        case .wrongCount(let items) where items < sum.different:
            remark(items, sum: sum, severity: .note, hint: "the number is wrong, which happens; nothing is missing")
        case .wrongCount(let items):
            let pages = census.pages.counted("page")
            remark(
                items,
                sum: sum,
                severity: .warning,
                hint: "the number does not match that of the pages: \(pages), each of which is full, and "
                    + "nothing after the last"
            )
        case .hidden(let items):
            let hint = "hidden and deleted items are counted but not shown; nothing else is missing"
            remark(items, sum: sum, severity: .note, isCounted: isCounted, hint: hint)
        case .missing(let items) where acceptsPartial:
            remark(
                items,
                sum: sum,
                severity: .warning,
                isCounted: isCounted,
                hint: "partial = \"warn\" accepts it"
            )
        case .missing(let items):
            throw count(
                items,
                sum: sum,
                severity: .error,
                isCounted: isCounted,
                hint: "short pages were requested again. Run it again later; if it does not change and is right, "
                    + "because that many are hidden, allow it once: partial = \"warn\" in the source, or -D partial=warn"
            )
        }
    }

    /// What is to be reported about a walk.
    func outcome(
        of census: TraktCursor.Census,
        record: WalkRecord,
        accepted: Int = 0
    ) -> WalkClaim.Outcome {
        WalkClaim(census: census, shown: record.sum.different, lengths: record.lengths, accepted: accepted).outcome
    }

    /// Compares the number of lists that the account shows with the number announced.
    ///
    /// - Throws: `trakt.count` if that is less, unless it is accepted.
    func checkLists(_ shown: Int, of announced: Int?) throws {
        guard let announced, shown < announced else { return }
        let diagnostic = Diagnostic(
            "trakt.count",
            message: "Trakt counts \(Int(announced).counted("list")), but shows \(shown)",
            at: .stage(context.stage, at: nil),
            hint: acceptsPartial
                ? "partial = \"warn\" accepts it"
                : "run it again later; if it does not change, allow it once: partial = \"warn\" in the source",
            severity: acceptsPartial ? .warning : .error
        )
        guard acceptsPartial else { throw diagnostic }
        context.log.say(diagnostic)
    }

    private func remark(
        _ items: Int,
        sum: WalkRecord.Sum,
        severity: Diagnostic.Severity,
        isCounted: Bool = true,
        hint: String
    ) {
        context.log.say(count(items, sum: sum, severity: severity, isCounted: isCounted, hint: hint))
    }

    private func count(
        _ items: Int,
        sum: WalkRecord.Sum,
        severity: Diagnostic.Severity,
        isCounted: Bool,
        hint: String
    ) -> Diagnostic {
        Diagnostic(
            "trakt.count",
            message: isCounted
                ? "Trakt counts \(items) \(routes.items), but shows \(sum.different)"
                : "the pages should have \(items) \(routes.items), but have \(sum.different)",
            at: .stage(context.stage, at: nil),
            hint: hint,
            severity: severity
        )
    }

    // MARK: Values for the next run

    /// Stores the values for the next run, and continues with the next part.
    func finish(_ cursor: TraktCursor, since: Int64?, record: WalkRecord) async throws -> Next<TraktCursor> {
        // Others may have left their walks to this one, although it needed no check itself.
        if isVerifier { try await confirmUnchanged([]) }
        if window.isOpen {
            try await memory.note(cursor, since: since, record: record, of: self)
        }
        await client.settle()
        return try await next(after: cursor.part)
    }

    /// Whether the stage checks the account at its end, for others too.
    var isVerifier: Bool { routes.isOwn && routes.data == .history }

    func keptCount(_ part: String) async throws -> KeptCount {
        KeptCount(routes, of: try await account(), part: part, api: api, in: context)
    }

    /// The account, as a text that is the same from run to run.
    ///
    /// A token is renewed and replaced; the name in the account's URL does not change.
    private func account() async throws -> String {
        guard routes.isOwn else { return routes.user.lowercased() }
        if let user = client.user { return "me \(user)" }
        do {
            return try await memory.account.slug(of: client).map { "me \($0)" } ?? "me"
        } catch let error where !(error is CancellationError) {
            // Only the comparison with the last run needs it.
            return "me"
        }
    }

    /// A larger number of items is not plausible.
    static let mostItems = 1_000_000_000

    /// The number of items at any time; nil if the server does not state it.
    func total(of part: String) async throws -> Int? {
        try await client.get(
            routes.path(of: part),
            query: [("page", "1"), ("limit", "1")],
            needsToken: routes.isOwn
        ) { TraktPaging($0.headers)?.items.flatMap { $0 <= Self.mostItems ? $0 : nil } }
    }
}
