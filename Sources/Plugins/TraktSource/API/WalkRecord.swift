internal import PluginKit

/// The items of one walk over the pages of a part: from this process, and from earlier ones as far as stored.
final class WalkRecord: Sendable {
    /// The number of the walk, among those of the stage over the part.
    let walk: Int64
    private let state = Locked(State())

    /// Creates a record without items.
    init(walk: Int64) { self.walk = walk }

    private struct State {
        /// The keys of the items of each page.
        var pages: [Int: [UInt64]] = [:]
        /// The first page of each item.
        var owners: [UInt64: Int32] = [:]
        /// The pages that this process has requested until they were complete, or came the same twice.
        var asked: Set<Int> = []
    }

    /// A summary of a walk.
    struct Sum: Sendable {
        /// The number of pages.
        let pages: Int
        /// The number of items, each counted as often as it came.
        let items: Int
        /// The number of different items.
        let different: Int
        /// A digest of the items.
        let digest: String
    }

    /// Records a page, and returns which of its items came on another one, or earlier on this one.
    ///
    /// A page that comes again has the same result.
    func note(_ keys: [UInt64], of page: Int) -> [Bool] {
        state.withLock { state in
            if let earlier = state.pages[page] {
                for key in earlier where state.owners[key] == Int32(page) { state.owners[key] = nil }
            }
            state.pages[page] = keys
            var own: Set<UInt64> = []
            return keys.map { key in
                if let owner = state.owners[key], owner != Int32(page) { return true }
                state.owners[key] = Int32(page)
                return !own.insert(key).inserted
            }
        }
    }

    /// Restores a page of an earlier process, as it was recorded there.
    func restore(_ items: KeptWalk.Items, of page: Int) {
        state.withLock { state in
            state.pages[page] = items.keys
            for (key, isRepeat) in zip(items.keys, items.repeats) where !isRepeat { state.owners[key] = Int32(page) }
        }
    }

    /// Whether all pages up to this one have come.
    func hasPages(upTo last: Int) -> Bool { count(upTo: last) == last }

    /// The number of pages up to this one that have come.
    func count(upTo last: Int) -> Int { state.withLock { state in state.pages.keys.count { $0 <= last } } }

    /// The first page all of whose items came on others.
    ///
    /// - Parameter least: The fewest items with which a page counts.
    /// - Returns: Its number; nil if there is none.
    func pageWithoutNews(least: Int) -> Int? {
        state.withLock { state in
            state.pages.keys.sorted().first { page in
                let keys = state.pages[page] ?? []
                return keys.count >= least && !keys.contains { state.owners[$0] == Int32(page) }
            }
        }
    }

    /// The summary so far.
    var sum: Sum {
        state.withLock { state in
            var digest: UInt64 = 0
            for key in state.owners.keys { digest = digest &+ key &* 0x9E37_79B9_7F4A_7C15 }
            return Sum(
                pages: state.pages.count,
                items: state.pages.values.reduce(0) { $0 + $1.count },
                different: state.owners.count,
                digest: String(digest, radix: 16)
            )
        }
    }

    /// Whether all these items have come.
    func knows(_ keys: [UInt64]) -> Bool {
        state.withLock { state in keys.allSatisfy { state.owners[$0] != nil } }
    }

    /// The number of these items that have not come on another page.
    func news(in keys: [UInt64], of page: Int) -> Int {
        state.withLock { state in keys.count { state.owners[$0] ?? Int32(clamping: page) == Int32(clamping: page) } }
    }

    /// The number of items on each page.
    var lengths: [Int: Int] { state.withLock { $0.pages.mapValues(\.count) } }

    /// The length of the longest page.
    var longest: Int { state.withLock { $0.pages.values.reduce(0) { max($0, $1.count) } } }

    /// Records that a page was requested until it was complete, or came the same twice.
    func noteAsked(_ page: Int) { state.withLock { _ = $0.asked.insert(page) } }

    /// Whether that was recorded.
    func wasAsked(_ page: Int) -> Bool { state.withLock { $0.asked.contains(page) } }

    /// The keys of a page; nil if they are not known.
    func keys(of page: Int) -> [UInt64]? { state.withLock { $0.pages[page] } }

    /// The first items of the first pages, which are the newest, as far as they are known.
    func newest(_ most: Int) -> [UInt64] {
        state.withLock { state in
            var keys: [UInt64] = []
            var page = 1
            while keys.count < most, let more = state.pages[page] {
                keys += more
                page += 1
            }
            return Array(keys.prefix(most))
        }
    }

    /// The items that came, each once.
    var all: Set<UInt64> { state.withLock { Set($0.owners.keys) } }
}
