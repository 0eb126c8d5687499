internal import Diagnostics
internal import Formats
internal import PluginKit

/// What a source keeps in memory while it reads: only an optimisation, since every page can be read again from its
/// cursor.
final class WalkMemory: Sendable {
    /// What all stages share about the account.
    let account: AccountMemory
    private let state = Locked(State())

    private struct State {
        var records: [String: WalkRecord] = [:]
        /// The records of walks that an earlier process started.
        var restored: [String: SharedAnswer<WalkRecord>] = [:]
        /// Pages that came before their turn.
        var pages: [String: [Int: TraktPage]] = [:]
        var lists: [List]?
    }

    /// One of the account's lists.
    struct List: Sendable {
        let part: String
        let id: Int64?
        let name: String
    }

    init(_ account: AccountMemory) { self.account = account }

    /// Starts a walk.
    func begin(_ part: String, kept: KeptWalk) async throws -> WalkRecord {
        let record = WalkRecord(walk: try await kept.begin())
        state.withLock { state in
            state.records[part] = record
            state.restored[part] = nil
            state.pages[part] = nil
        }
        return record
    }

    /// The items of a part so far: from this process, or, if another one started the walk, as that has stored them.
    func record(at cursor: TraktCursor, kept: KeptWalk) async throws -> WalkRecord {
        let (record, restored) = state.withLock { state in
            let restored = state.restored[cursor.part] ?? SharedAnswer()
            state.restored[cursor.part] = restored
            return (state.records[cursor.part], restored)
        }
        if let record { return record }
        return try await restored.value { try await Self.restore(cursor, kept: kept) }
    }

    private static func restore(_ cursor: TraktCursor, kept: KeptWalk) async throws -> WalkRecord {
        let record = WalkRecord(walk: try await kept.number())
        let last: Int =
            if case .next(let number) = cursor.step { number - 1 } else { cursor.census.pages }
        for page in stride(from: 1, through: min(last, TraktPaging.mostPages), by: 1) {
            if let items = try await kept.items(of: page, in: record.walk, census: cursor.census) {
                record.restore(items, of: page)
            }
        }
        return record
    }

    /// Keeps a page until its turn.
    func keep(_ page: TraktPage, number: Int, of part: String) {
        state.withLock { $0.pages[part, default: [:]][number] = page }
    }

    /// A page that was kept; nil if there is none.
    func kept(_ number: Int, of part: String) -> TraktPage? { state.withLock { $0.pages[part]?[number] } }

    /// Removes and returns a page that was kept; nil if there is none.
    func take(_ number: Int, of part: String) -> TraktPage? {
        state.withLock { $0.pages[part]?.removeValue(forKey: number) }
    }

    // MARK: Lists

    /// The account's lists, in their order.
    func lists(of reading: AccountReading) async throws -> [List] {
        if let lists = state.withLock({ $0.lists }) { return lists }
        var lists: [List] = []
        var page = 1
        var announced: Int?
        while true {
            guard page <= 100 else { throw reading.tooManyPages(page) }
            var answer = try await Self.ask(page, of: reading, isAgain: false)
            announced = announced ?? answer.paging?.items
            let full = min(answer.paging?.limit ?? reading.pageSize, reading.pageSize)
            // A short page may be an error, unless no more are announced.
            if answer.lists.count < full, announced.map({ lists.count + answer.lists.count < $0 }) ?? true {
                let again = try await Self.ask(page, of: reading, isAgain: true)
                if again.lists.count > answer.lists.count { answer = again }
            }
            let new = answer.lists.filter { list in !lists.contains { $0.part == list.part } }
            lists += new
            // If the number of pages is not stated, a page without new items is the end.
            guard answer.paging?.pages.map({ page < $0 }) ?? !new.isEmpty else { break }
            page += 1
        }
        try reading.checkLists(lists.count, of: announced)
        state.withLock { $0.lists = lists }
        return lists
    }

    private static func ask(
        _ page: Int,
        of reading: AccountReading,
        isAgain: Bool
    ) async throws -> (lists: [List], paging: TraktPaging?) {
        try await reading.client.get(
            ["users", reading.routes.user, "lists"],
            query: [("page", "\(page)"), ("limit", "\(reading.pageSize)")],
            needsToken: reading.routes.isOwn,
            isFresh: isAgain
        ) { response in
            guard let json = try? JSONValue(parsing: response.body, name: "lists"), let lists = json.array else {
                throw StageFailure.transient(
                    Diagnostic(
                        "trakt.damaged",
                        message: "the account's lists: the answer cannot be read",
                        hint: "run it again later"
                    )
                )
            }
            let known = lists.compactMap { list -> List? in
                guard let id = list["ids"]?["trakt"]?.integer else { return nil }
                return List(part: TraktRoutes.part(ofList: "\(id)"), id: id, name: list["name"]?.string ?? "\(id)")
            }
            return (known, TraktPaging(response.headers))
        }
    }

    /// The list of a part.
    func list(_ part: String, of reading: AccountReading) async throws -> List {
        guard case .list("*") = reading.routes.data else {
            let name = String(part.dropFirst(5))
            return List(part: part, id: Int64(name), name: name)
        }
        let list = try await lists(of: reading).first { $0.part == part }
        return list ?? List(part: part, id: Int64(part.dropFirst(5)), name: String(part.dropFirst(5)))
    }

    // MARK: From run to run

    /// The number of the newest items that are stored, to distinguish new ones from known ones.
    private static let mostKept = 1000

    /// Stores the number of items.
    func note(
        _ cursor: TraktCursor,
        since: Int64?,
        record: WalkRecord,
        of reading: AccountReading
    ) async throws {
        let kept = try await reading.keptCount(cursor.part)
        let newest = record.newest(Self.mostKept)
        let sum = record.sum
        let isSeen = record.hasPages(upTo: cursor.census.pages)
        guard since != nil else {
            if isSeen, !reading.acceptsDrop { try await kept.checkShown(sum.different) }
            // A number that the pages refute would make the next one look like a drop.
            let count =
                switch reading.outcome(of: cursor.census, record: record) {
                case .hidden(let announced), .missing(let announced): announced
                case .whole, .wrongCount: sum.different
                }
            let value = KeptCount.Value(count: count, newest: newest, shown: isSeen ? sum.different : nil)
            return try await kept.keep(value)
        }
        guard reading.routes.data == .history, isSeen,
            let total = try await reading.total(of: cursor.part)
        else { return }
        if !reading.acceptsDrop { try await kept.check(total) }
        let earlier = try await kept.value()?.newest ?? []
        let all = record.all
        let known = newest + earlier.filter { !all.contains($0) }
        try await kept.keep(KeptCount.Value(count: total, newest: Array(known.prefix(Self.mostKept))))
    }
}
