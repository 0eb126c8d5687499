internal import Diagnostics
internal import PluginKit
internal import Records

/// Short pages are requested again, until they are complete or two consecutive answers agree that there is no more.
extension AccountReading {
    /// The most repeated requests for a page.
    private static let mostRepeats = 3

    /// A page, or, if it has fewer items than it should, the fullest answer of several requests for it.
    ///
    /// Hidden items are removed after a page was cut, so a short page may be right; then the next answer is the same.
    ///
    /// - Parameters:
    ///   - page: The first answer.
    ///   - number: Its number.
    ///   - cursor: The walk that it belongs to.
    ///   - since: The earliest time wanted.
    ///   - record: The items of the walk so far.
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
        // If the items of a walk are not counted, its last page may have any length: two answers have to agree on it.
        let expected = census.items(on: number) ?? census.limit
        return try await fullest(of: page, until: { $0.count >= expected }, by: { $0.count }) {
            try await askWithin(census, number: number, of: cursor.part, since: since, isAgain: true)
        }
    }

    /// The fullest of several answers for a page.
    ///
    /// - Parameters:
    ///   - first: The first answer.
    ///   - isWhole: Whether an answer is complete, so that no other is needed.
    ///   - worth: A measure that is larger for a better answer.
    ///   - ask: Requests the page again; nil if it no longer exists.
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

    /// The first page of a walk for which its number of items is not stated.
    func confirmed(_ first: TraktPage, of part: String, since: Int64?, full: Int) async throws -> TraktPage {
        try await fullest(of: first, until: { $0.count >= full }, by: { $0.count }) {
            try await ask(1, of: part, since: since, isAgain: true)
        }
    }

    /// A page that may or may not exist.
    ///
    /// A page that is empty, short or without new items is requested again, since it would end the walk.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - part: The part of the data.
    ///   - since: The earliest time wanted.
    ///   - record: The items of the walk so far.
    ///   - full: The number of items of a full page.
    /// - Returns: The page; nil if the server states that there is none.
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

    /// The number of items of a full page, if the number of items does not match that of pages or is missing.
    ///
    /// - Parameters:
    ///   - first: The first page; replaced by a fuller answer for it.
    ///   - census: The paging known so far.
    ///   - stated: The limit that the server states; nil if it does not.
    ///   - part: The part of the data.
    ///   - since: The earliest time wanted.
    /// - Returns: The number.
    /// - Throws: As `askWithin`.
    func pageLength(
        _ first: inout TraktPage,
        census: TraktCursor.Census,
        stated: Int?,
        of part: String,
        since: Int64?
    ) async throws -> Int {
        // The limit was changed on the way, or the server has reduced the requested one without stating it.
        for limit in [pageSize, first.count] where census.with(limit: limit).isConsistent { return limit }
        // A server that sends more than was requested ignores paging.
        let full = min(stated ?? pageSize, pageSize)
        guard first.count < full else { return first.count }
        guard census.pages > 1 else { return full }
        first = try await confirmed(first, of: part, since: since, full: full)
        guard first.count < full else { return first.count }
        var longest = first.count
        if census.pages > 2 {
            // The second page, which is not the last one either, distinguishes a short page from a low limit.
            let second = try await askWithin(census, number: 2, of: part, since: since)
            memory.keep(second, number: 2, of: part)
            longest = max(longest, second.count)
        }
        return longest > 0 ? longest : full
    }

    // MARK: Pages of an earlier process

    /// Requests the pages again that came short in an earlier process.
    ///
    /// Their other items have been delivered, so only new ones are added to the batch.
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
            // If items were left out of the batch, their rows are no longer known.
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
