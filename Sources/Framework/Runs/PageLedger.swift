internal import PluginKit

/// Pages that have been handed to the sinks and are not written yet, in their order.
///
/// What became of their records is booked page by page, so that counts and kept records do not depend on which sink was
/// faster.
struct PageLedger {
    /// A page and what became of its records.
    struct Entry {
        let page: Int
        var outcomes: [StageOutcome]
        let read: Int
        let copied: Int
        /// Whether it is another part's page, read for what is looked up in.
        let isOthers: Bool
        /// How many batches each sink has of it that are not written yet.
        fileprivate var open: [Int: Int]
        /// What the sinks made of it, by their place among the nodes.
        fileprivate var sinkOutcomes: [Int: [SinkQueue.Outcome]] = [:]
        fileprivate(set) var accepted = 0
    }

    private var entries: [Entry] = []

    /// Whether so many pages wait for a slow sink that no more should come.
    ///
    /// Queues hold up the pages that have something for that sink; those that have nothing for it go past them.
    var isFull: Bool { entries.count >= 1000 }

    /// Adds a page.
    ///
    /// - Parameters:
    ///   - page: Its number.
    ///   - work: What became of its records on the way to the sinks.
    ///   - sent: How many batches of it each sink was given.
    mutating func add(_ page: Int, work: PageWork, sent: [Int: Int]) {
        entries.append(
            Entry(
                page: page,
                outcomes: work.outcomes,
                read: work.read,
                copied: work.copied,
                isOthers: work.isOthers,
                open: sent
            )
        )
    }

    /// Notes what became of batches.
    mutating func note(_ outcomes: [SinkQueue.Outcome], of node: Int) {
        var index = 0
        for outcome in outcomes {
            while entries[index].page != outcome.page { index += 1 }
            entries[index].sinkOutcomes[node, default: []].append(outcome)
            entries[index].accepted += outcome.accepted
            entries[index].open[node, default: 0] -= 1
        }
    }

    /// Hands over the pages at the front that are written everywhere.
    mutating func takeWritten() -> [Entry] {
        let count = entries.prefix { $0.open.values.allSatisfy { $0 == 0 } }.count
        defer { entries.removeFirst(count) }
        return entries.prefix(count).map { entry in
            var entry = entry
            for node in entry.sinkOutcomes.keys.sorted() {
                entry.outcomes += entry.sinkOutcomes[node, default: []].flatMap(\.outcomes)
            }
            return entry
        }
    }
}
