internal import PluginKit

/// What came in one walk over the pages of a part: in this process, and in those before it as far as it was kept.
final class WalkRecord: Sendable {
    /// The number of the walk, among those of the stage over the part.
    let walk: Int64
    private let state = Locked(State())

    /// Nothing has come yet.
    init(walk: Int64) { self.walk = walk }

    private struct State {
        /// The keys of the items of each page.
        var pages: [Int: [UInt64]] = [:]
        /// The page that each item came on first.
        var owners: [UInt64: Int32] = [:]
        /// The pages that this process has asked for, until they were whole or came the same twice.
        var asked: Set<Int> = []
    }

    /// What is known of a walk.
    struct Sum: Sendable {
        /// How many pages came.
        let pages: Int
        /// How many items came, each as often as it came.
        let items: Int
        /// How many different items came.
        let different: Int
        /// A word that says which they were.
        let digest: String
    }

    /// Notes a page, and says which of its items came on another one, or earlier on this one.
    ///
    /// A page that comes again gets the same answer.
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

    /// Notes a page that came in an earlier process, as it was noted there.
    func restore(_ items: KeptWalk.Items, of page: Int) {
        state.withLock { state in
            state.pages[page] = items.keys
            for (key, isRepeat) in zip(items.keys, items.repeats) where !isRepeat { state.owners[key] = Int32(page) }
        }
    }

    /// Whether all pages up to this one have come.
    func hasPages(upTo last: Int) -> Bool { count(upTo: last) == last }

    /// How many of the pages up to this one have come.
    func count(upTo last: Int) -> Int { state.withLock { state in state.pages.keys.count { $0 <= last } } }

    /// The first page all of whose items came on others.
    ///
    /// - Parameter least: With how many items a page counts.
    /// - Returns: Its number; nil if there is none.
    func pageWithoutNews(least: Int) -> Int? {
        state.withLock { state in
            state.pages.keys.sorted().first { page in
                let keys = state.pages[page] ?? []
                return keys.count >= least && !keys.contains { state.owners[$0] == Int32(page) }
            }
        }
    }

    /// What came so far.
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

    /// How many of these items have not come on another page.
    func news(in keys: [UInt64], of page: Int) -> Int {
        state.withLock { state in keys.count { state.owners[$0] ?? Int32(clamping: page) == Int32(clamping: page) } }
    }

    /// How many items came on each page.
    var lengths: [Int: Int] { state.withLock { $0.pages.mapValues(\.count) } }

    /// The length of the longest page.
    var longest: Int { state.withLock { $0.pages.values.reduce(0) { max($0, $1.count) } } }

    /// Notes that a page was asked for until it was whole, or came the same twice.
    func noteAsked(_ page: Int) { state.withLock { _ = $0.asked.insert(page) } }

    /// Whether that was so.
    func wasAsked(_ page: Int) -> Bool { state.withLock { $0.asked.contains(page) } }

    /// The keys of a page; nil if it is not known to have come.
    func keys(of page: Int) -> [UInt64]? { state.withLock { $0.pages[page] } }

    /// The first items of the first pages, which are the newest, as far as they are known to have come.
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
