internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// Reads a source from where it is to its end, several pages at a time where their cursors are known.
///
/// What a page says of the way on is waited for; what the stages make of the page is not. A single page that follows a
/// list is begun when all pages of the list have been read.
struct SourceReading: Sendable {
    let context: RunContext
    let node: Int
    var reader: PageReader
    /// What the transforms that remember nothing do to a batch.
    let transforms: [SideBySide?]
    let position: SourcePosition
    let window: PageWindow
    /// What an earlier run has delivered of the edge.
    let delivered: IncrementEdge?
    /// The moment that no value of an incremental source may be later than.
    let present: Int64
    /// Which pages to deliver; nil for all.
    let partition: RunScope.Partition?
    /// Whether things are looked up in what it reads: then all pages are read, and those of other parts only for that.
    let isTable: Bool
    /// How many records to read at most; nil for all.
    let limit: Int?

    /// The same reading, its pages identified for the layers that make use of that.
    func identifyingPages() async -> SourceReading {
        var reading = self
        reading.reader = await reader.identifyingPages(of: context.plan.nodes[node])
        return reading
    }

    /// Where the source goes on if all pages are given up that are not used up yet.
    ///
    /// - Parameter read: How many records were read.
    /// - Returns: The position, which counts the pages of this part where there are several.
    func place(read: Int) -> SourcePosition {
        var place = window.position(read: read)
        if let partition, !isTable { place.own = partition.share(of: place.order.number) }
        return place
    }

    /// Begins pages until the end, the first that cannot be read, or the time when nobody wants them any more.
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

    /// Whether the next page is not this partition's.
    private func isOthers(_ order: PageOrder) -> Bool {
        partition.map { order.number % $0.count != $0.number - 1 } ?? false
    }

    /// Reads a page that has to be there before it is known what follows.
    private func leadingPage(
        at upcoming: PageOrder.Upcoming,
        order: inout PageOrder,
        budget: inout Int?
    ) async throws -> Page {
        var page = try await reader.page(at: upcoming.cursor)
        if isOthers(order), !isTable { page.empty() }
        if upcoming.leads {
            // What follows a list is read for every part; were it so with all pages, nothing would be split.
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
            try await work.enter(try await read(), from: node, delivered: delivered, present: present)
            window.deliver(number, result: .success(work))
        } catch {
            window.deliver(number, result: .failure(error))
        }
    }

    private var cannotBeSplit: Diagnostic {
        Diagnostic(
            "run.partition",
            message: "the source says page by page what follows, so it cannot be read in parts",
            at: .stage(reader.name, at: nil),
            hint: "run it without --partition; the plugin should say so before, by 'needsWhole'"
        )
    }
}
