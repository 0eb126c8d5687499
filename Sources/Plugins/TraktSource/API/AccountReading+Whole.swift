internal import Diagnostics
internal import PluginKit
internal import Records

/// Pages that come short are asked for again, until they are whole or two answers in a row agree that there is no more.
extension AccountReading {
    /// How often a page is asked for again at most.
    private static let mostRepeats = 3

    /// A page, or, if it has fewer items than it should, the fullest of what asking for it again has brought.
    ///
    /// Hidden items are taken out after a page was cut, so a short page may be right; then the next answer is the same.
    ///
    /// - Parameters:
    ///   - page: What came first.
    ///   - number: Its number.
    ///   - cursor: The walk that it belongs to.
    ///   - since: The least time wanted.
    ///   - record: What came of the walk so far.
    /// - Returns: The page.
    /// - Throws: As `askWithin`.
    func whole(
        _ page: TraktPage,
        number: Int,
        at cursor: TraktCursor,
        since: Int64?,
        record: WalkRecord
    ) async throws -> TraktPage {
        let census = cursor.census
        record.noteAsked(number)
        // The last page of a walk whose items nobody counts may have any length: two answers have to agree on it.
        let expected = census.items(on: number) ?? census.limit
        return try await fullest(of: page, until: { $0.count >= expected }, by: { $0.count }) {
            try await askWithin(census, number: number, of: cursor.part, since: since, isAgain: true)
        }
    }

    /// The fullest of several answers for a page.
    ///
    /// - Parameters:
    ///   - first: The first answer.
    ///   - isWhole: Whether an answer needs no other.
    ///   - worth: What there is more of in a better answer.
    ///   - ask: Asks again; nil where there is no such page any more.
    /// - Returns: The answer.
    /// - Throws: What `ask` throws.
    private func fullest(
        of first: TraktPage,
        until isWhole: (TraktPage) -> Bool,
        by worth: (TraktPage) -> Int,
        asking ask: () async throws -> TraktPage?
    ) async throws -> TraktPage {
        var (best, before) = (first, first)
        for _ in 1...Self.mostRepeats where !isWhole(best) {
            guard let again = try await ask() else { break }
            if worth(again) > worth(best) { best = again }
            if again.keys == before.keys { break }
            before = again
        }
        return best
    }

    /// The first page of a walk that says nothing about how many there should be on it.
    func confirmed(_ first: TraktPage, of part: String, since: Int64?, full: Int) async throws -> TraktPage {
        try await fullest(of: first, until: { $0.count >= full }, by: { $0.count }) {
            try await ask(1, of: part, since: since, isAgain: true)
        }
    }

    /// A page of which nobody says whether it is there.
    ///
    /// One that is empty, short or has nothing new is asked for again: it would end the walk.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - part: The part of the data.
    ///   - since: The least time wanted.
    ///   - record: What came of the walk so far.
    ///   - full: How many items a full page has.
    /// - Returns: The page; nil if the server says that there is none.
    /// - Throws: As `askBeyond`.
    func uncounted(
        _ number: Int,
        of part: String,
        since: Int64?,
        record: WalkRecord,
        full: Int
    ) async throws -> TraktPage? {
        let kept = memory.take(number, of: part)
        let first = if let kept { kept } else { try await askBeyond(number, of: part, since: since, isNeeded: true) }
        guard let first else { return nil }
        let news = { (page: TraktPage) in record.news(in: page.keys, of: number) }
        return try await fullest(of: first, until: { $0.count >= full && news($0) > 0 }, by: news) {
            try await askBeyond(number, of: part, since: since, isNeeded: true, isAgain: true)
        }
    }

    /// How many items a full page has, where the number of items does not fit to that of pages or is missing.
    ///
    /// - Parameters:
    ///   - first: The first page; replaced by a fuller answer for it.
    ///   - census: What is known so far.
    ///   - told: The limit that the server names; nil if it does not.
    ///   - part: The part of the data.
    ///   - since: The least time wanted.
    /// - Returns: The number.
    /// - Throws: As `askWithin`.
    func pageLength(
        _ first: inout TraktPage,
        census: TraktCursor.Census,
        told: Int?,
        of part: String,
        since: Int64?
    ) async throws -> Int {
        // A limit that was changed on its way; or the server has cut the one that was asked for, without a word.
        for limit in [pageSize, first.count] where census.with(limit: limit).isConsistent { return limit }
        // More than were asked for come from nobody who keeps to pages.
        let full = min(told ?? pageSize, pageSize)
        guard first.count < full else { return first.count }
        guard census.pages > 1 else { return full }
        first = try await confirmed(first, of: part, since: since, full: full)
        guard first.count < full else { return first.count }
        var longest = first.count
        if census.pages > 2 {
            // The second page, which is not the last one either, tells a short page from a short limit.
            let second = try await askWithin(census, number: 2, of: part, since: since)
            memory.keep(second, number: 2, of: part)
            longest = max(longest, second.count)
        }
        return longest > 0 ? longest : full
    }

    // MARK: What another process has read

    /// Asks again for the pages that came short in a process before this one.
    ///
    /// Their other items are delivered already, so only those that are new come into the batch.
    func refill(
        _ cursor: TraktCursor,
        since: Int64?,
        record: WalkRecord,
        into batch: inout Batch
    ) async throws {
        let census = cursor.census
        guard 1...TraktPaging.mostPages ~= census.pages else { return }
        for number in 1...census.pages where !record.wasAsked(number) {
            let expected = census.items(on: number) ?? 1
            guard let keys = record.keys(of: number), keys.count < expected else { continue }
            let asked = try await askWithin(census, number: number, of: cursor.part, since: since, isAgain: true)
            let page = try await whole(asked, number: number, at: cursor, since: since, record: record)
            let isKnown = page.keys.map { record.knows([$0]) }
            // Where items were left out of the batch, their rows cannot be told any more.
            guard isKnown.contains(false), page.batch.count == isKnown.count else { continue }
            _ = record.note(page.keys, of: number)
            var more = page.batch
            more.keep { _, row in !isKnown[row] }
            page.times.reject(from: &more, code: "trakt.time", byNumber: true)
            batch.append(contentsOf: more)
            batch.adopt(notesOf: &more)
        }
    }
}
