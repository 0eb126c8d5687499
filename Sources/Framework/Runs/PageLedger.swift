internal import PluginKit

/// The pages that are in the queues of the sinks and are not written yet, in order.
///
/// The outcomes of their records are counted page by page, so counts and kept records do not depend on which sink is
/// faster.
struct PageLedger {
    /// A page and the outcomes of its records.
    struct Entry {
        let page: Int
        var outcomes: [StageOutcome]
        let read: Int
        let copied: Int
        /// Whether the page belongs to another partition and is read only to fill tables.
        let isOthers: Bool
        /// How many of its batches each sink has not written yet.
        fileprivate var open: [Int: Int]
        /// The outcomes of its records in the sinks, by the number of the node.
        fileprivate var sinkOutcomes: [Int: [SinkQueue.Outcome]] = [:]
        fileprivate(set) var accepted = 0
    }

    private var entries: [Entry] = []

    /// Whether the ledger holds the maximum number of pages, so that the run must wait for the sinks.
    ///
    /// A full queue delays only pages with records for its sink; other pages continue and accumulate here.
    var isFull: Bool { entries.count >= 1000 }

    /// Adds a page.
    ///
    /// - Parameters:
    ///   - page: Its number.
    ///   - work: The outcomes of its records before the sinks.
    ///   - sent: How many of its batches each sink received.
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

    /// Notes the outcomes of batches in a sink.
    mutating func note(_ outcomes: [SinkQueue.Outcome], of node: Int) {
        var index = 0
        for outcome in outcomes {
            while entries[index].page != outcome.page { index += 1 }
            entries[index].sinkOutcomes[node, default: []].append(outcome)
            entries[index].accepted += outcome.accepted
            entries[index].open[node, default: 0] -= 1
        }
    }

    /// Removes the pages at the front that all sinks have written, and returns them.
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
