internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// Reads a source from its position to its end, several pages simultaneously if their cursors are known.
///
/// The next page is begun when it is known what follows, without waiting for the stages. A single page that follows a
/// list is begun when all pages of the list have been read.
struct SourceReading: Sendable {
    let context: RunContext
    let node: Int
    var reader: PageReader
    /// What the transforms without a memory do to a batch.
    let transforms: [SideBySide?]
    let position: SourcePosition
    let window: PageWindow
    /// The edge of an earlier run; nil if there is none.
    let delivered: IncrementEdge?
    /// The latest value that an incremental source may deliver, in microseconds.
    let present: Int64
    /// The partition whose pages are delivered; nil for all.
    let partition: RunScope.Partition?
    /// Whether its records go into a table: then all pages are read, those of other partitions only for the table.
    let isTable: Bool
    /// How many records to read at most; nil for all.
    let limit: Int?

    /// The same reading with cache keys for its pages, if a layer needs them.
    func identifyingPages() async -> SourceReading {
        var reading = self
        reading.reader = await reader.identifyingPages(of: context.plan.nodes[node])
        return reading
    }

    /// Where the source continues if all pages that have not passed are abandoned.
    ///
    /// - Parameter read: How many records were read.
    /// - Returns: The position; in a partitioned run, it counts the pages of this partition.
    func place(read: Int) -> SourcePosition {
        var place = window.position(read: read)
        if let partition, !isTable { place.own = partition.share(of: place.order.number) }
        return place
    }

    /// Begins pages until the end, until one cannot be read, or until the window is closed.
    func run() async {
        var order = position.order
        var budget = limit.map { $0 - position.read }
        // Pages that are read again belong to a list that the next page may follow.
        var followsList = !position.replays.isEmpty
        window.note(rest: order, replays: position.replays)
        await withDiscardingTaskGroup { group in
            for (index, cursor) in position.replays.enumerated() {
                guard let number = await window.begin(.init(cursor: cursor, order: nil)) else { return }
                window.note(rest: order, replays: Array(position.replays[(index + 1)...]))
                group.addTask { await deliver(number) { try await reader.page(at: cursor) } }
            }
            while let upcoming = order.upcoming, budget.map({ $0 > 0 }) ?? true {
                let isOthers = isOthers(order)
                if isOthers, !isTable, !upcoming.leads {
                    order.advance()
                    window.note(rest: order)
                    continue
                }
                if followsList, order.isSinglePage {
                    guard await window.allAreRead() else { return }
                    followsList = false
                }
                guard let number = await window.begin(.init(cursor: upcoming.cursor, order: order)) else { return }
                followsList = followsList || order.isListed
                if upcoming.leads || budget != nil {
                    do {
                        let page = try await leadingPage(at: upcoming, order: &order, budget: &budget)
                        window.note(rest: order)
                        group.addTask { await deliver(number, isOthers: isOthers) { page } }
                    } catch {
                        window.deliver(number, result: .failure(error))
                        return
                    }
                } else {
                    order.advance()
                    window.note(rest: order)
                    context.monitor.lists(node)
                    group.addTask {
                        await deliver(number, isOthers: isOthers) { try await listedPage(at: upcoming.cursor) }
                    }
                }
            }
            if budget != nil { window.note(rest: PageOrder(.end, number: order.number)) }
        }
        window.finish()
    }

    /// Whether the next page belongs to another partition.
    private func isOthers(_ order: PageOrder) -> Bool {
        partition.map { order.number % $0.count != $0.number - 1 } ?? false
    }

    /// Reads a page that states what follows it.
    private func leadingPage(
        at upcoming: PageOrder.Upcoming,
        order: inout PageOrder,
        budget: inout Int?
    ) async throws -> Page {
        var page = try await reader.page(at: upcoming.cursor)
        if isOthers(order), !isTable { page.empty() }
        if upcoming.leads {
            // Every partition reads the page after a list. If that were so for all pages, no work would be divided.
            if partition != nil, !isTable, !order.isListed, case .at = page.next { throw cannotBeSplit }
            try order.advance(by: page.next, of: reader.name)
        } else {
            try PageOrder.refuse(page.next, at: upcoming.cursor, of: reader.name)
            order.advance()
        }
        if let rest = budget {
            page.truncate(to: rest)
            budget = rest - page.count
        }
        return page
    }

    private func listedPage(at cursor: String?) async throws -> Page {
        let page = try await reader.page(at: cursor)
        try PageOrder.refuse(page.next, at: cursor, of: reader.name)
        return page
    }

    private func deliver(_ number: Int, isOthers: Bool = false, read: () async throws -> Page) async {
        do {
            var work = PageWork(context, transforms: transforms, isOthers: isOthers && isTable)
            work.slot = window.slot(of: number)
            try await work.enter(try await read(), from: node, delivered: delivered, present: present)
            window.deliver(number, result: .success(work))
        } catch {
            window.deliver(number, result: .failure(error))
        }
    }

    private var cannotBeSplit: Diagnostic {
        Diagnostic(
            "run.partition",
            message: "each page of the source states what follows it, so the source cannot be read in partitions",
            at: .stage(reader.name, at: nil),
            hint: "run it without --partition; the plugin should declare that by 'needsWhole'"
        )
    }
}
