internal import Diagnostics
internal import PluginKit
internal import Records
internal import StateStore
internal import Pipelines

/// How far the sources of a run have got: their positions, and the edges of incremental sources.
struct SourceProgress {
    private let context: RunContext
    /// When the run began, in microseconds since 1970-01-01T00:00:00Z: no bookmark gets beyond that, however often the
    /// run is resumed.
    private let present: Int64
    /// The positions of sources that have been read, or begun.
    private var positions: [Int: SourcePosition] = [:]
    /// How many records each source has delivered.
    private var entered: [Int: Int] = [:]
    /// How far incremental sources have got, earlier runs included.
    private var edges: [Int: IncrementEdge] = [:]
    /// How far they had got before this run.
    private var delivered: [Int: IncrementEdge] = [:]
    /// The incremental sources that are read completely although an earlier run has read them.
    private var wholeReads: [Int: WholeRead] = [:]
    /// What sources have found to be new by themselves.
    private var news: [Int: News] = [:]
    /// Records dated in the future.
    private var later: [Int: NotYet] = [:]

    init(_ context: RunContext, present: Int64) {
        self.context = context
        self.present = present
    }

    // MARK: Beginning

    /// Continues from the bookmarks of earlier runs.
    ///
    /// - Parameter bookmarks: The bookmarks of all sources.
    /// - Throws: `checkpoint.state` if one cannot be read; what a source throws that is asked how many records it has.
    mutating func resume(_ bookmarks: [Bookmark]) async throws {
        for (index, node) in context.plan.nodes.enumerated() {
            if node.findsNews {
                news[index] = try await news(of: node, since: bookmarks.first { $0.stage == node.name })
            }
            guard let increment = node.increment else { continue }
            guard let bookmark = bookmarks.first(where: { $0.stage == node.name }) else {
                edges[index] = .first(increment, present: present)
                continue
            }
            let known = try IncrementEdge(bookmark.edge, of: increment).upTo(present, increment: increment)
            delivered[index] = known
            wholeReads[index] = try await wholeRead(of: index, increment: increment, knowing: known)
            edges[index] = known.next(increment, since: since(of: index), present: present)
        }
    }

    private func news(of node: Plan.Node, since bookmark: Bookmark?) async throws -> News? {
        guard case .source(let source) = node.stage else { return nil }
        do {
            return try await source.news(since: bookmark?.edge)
        } catch {
            throw Diagnostic.placing(error, at: node.name, origin: nil)
        }
    }

    /// Continues from a checkpoint.
    ///
    /// - Throws: `checkpoint.state`, `checkpoint.cursor` if it cannot be read.
    mutating func restore(_ checkpoint: Checkpoint) throws {
        for (index, node) in context.plan.nodes.enumerated() {
            guard case .source = node.stage else { continue }
            if let text = checkpoint.cursors[node.name] {
                let position = try SourcePosition(text)
                positions[index] = position
                entered[index] = position.read
            }
            if let bytes = checkpoint.states[StateName.edge(node.name)] {
                edges[index] = try IncrementEdge(encoded: bytes)
            }
            if let bytes = checkpoint.states[StateName.delivered(node.name)] {
                delivered[index] = try IncrementEdge(encoded: bytes)
            }
            if let bytes = checkpoint.states[StateName.news(node.name)] { news[index] = try News(encoded: bytes) }
            if let bytes = checkpoint.states[StateName.whole(node.name)] {
                wholeReads[index] = try WholeRead(encoded: bytes)
            }
        }
    }

    /// Whether an incremental source is read completely although an earlier run has read it; nil if its new records
    /// suffice.
    ///
    /// Records that are added or removed below the bookmark change the number of records there. One added while another
    /// is removed does not, so the source is read completely at regular intervals.
    private func wholeRead(
        of index: Int,
        increment: NodeIncrement,
        knowing known: IncrementEdge
    ) async throws -> WholeRead? {
        let node = context[index]
        // A source counts all records, not those of a partition.
        guard increment.keepsAllKeys, context.plan.scope.partition == nil, case .source(let source) = node.stage,
            let since = known.since(increment)
        else { return nil }
        let count: Int?
        do {
            count = try await source.count(below: since)
        } catch {
            throw Diagnostic.placing(error, at: node.name, origin: nil)
        }
        let whole = WholeRead(since: since, count: count)
        guard known.hasAllKeys, let last = known.readWhole, 0..<WholeRead.interval ~= present - last, let count else {
            return whole
        }
        let expected = known.count(below: since) + known.uncounted
        guard count != expected else { return nil }
        context.plan.log.say(
            Diagnostic(
                "source.changed-below",
                message:
                    "records from before the bookmark: \(count.inGroups), of which \(expected.inGroups) are known: all are read, and what "
                    + "was not delivered before is in this run's files",
                at: .stage(node.name, at: nil),
                severity: .note
            )
        )
        return whole
    }

    // MARK: Reading

    /// How a source is read from its present position.
    ///
    /// - Parameters:
    ///   - index: The source.
    ///   - transforms: For each node, the function that applies its transform to a batch; nil if the
    ///     node is not a transform without a memory, or if its table is not sealed yet.
    ///   - workers: How many pages are read simultaneously, unless a layer of the source specifies more.
    /// - Returns: The reading, or nil if the stage is not a source.
    func reading(of index: Int, transforms: [SideBySide?], workers: Int) -> SourceReading? {
        let plan = context.plan
        let node = plan.nodes[index]
        guard case .source(let source) = node.stage else { return nil }
        // Every partition looks records up in the table, so every partition needs all of it.
        let isTable = plan.tableStages.contains(index)
        // The place of a page among all pages decides which partition it belongs to. Only an ordered window keeps it.
        let isOrdered = plan.settings.ordered || (isTable && plan.scope.partition != nil)
        return SourceReading(
            context: context,
            node: index,
            reader: PageReader(
                source: source,
                node: node,
                settings: plan.settings,
                calls: context.calls,
                meter: context.monitor.meters[index],
                since: since(of: index),
                selection: news[index]?.selection,
                time: plan.time
            ),
            transforms: transforms,
            position: position(of: index),
            window: PageWindow(width: max(workers, node.layers.width ?? 0), isOrdered: isOrdered, time: plan.time),
            delivered: delivered[index],
            present: present,
            partition: plan.scope.partition,
            isTable: isTable,
            limit: isTable ? nil : plan.scope.limit
        )
    }

    private func position(of index: Int) -> SourcePosition { positions[index] ?? SourcePosition() }

    /// Whether a source has been read to its end.
    func isAtEnd(_ index: Int) -> Bool { positions[index]?.isAtEnd ?? false }

    /// Where the sources are, as reports state it.
    var cursors: [Int: String] { positions.mapValues(\.summary) }

    /// The least value that is read of a source; nil for all.
    private func since(of index: Int) -> Int64? {
        guard let increment = context[index].increment, wholeReads[index] == nil else { return nil }
        return delivered[index]?.since(increment)
    }

    /// Counts the records of a page, and notes how far an incremental source has got with it.
    mutating func note(_ work: borrowing PageWork, of index: Int) {
        entered[index, default: 0] += work.entered
        guard let edge = work.edge, let increment = context[index].increment else { return }
        edges[index, default: .first(increment, present: present)].add(edge, increment: increment)
        later[index, default: NotYet()].add(work.later)
    }

    /// Moves a source to where its reading would continue after a restart.
    mutating func move(_ index: Int, to reading: SourceReading) {
        positions[index] = reading.place(read: entered[index] ?? 0)
    }

    /// Ends the reading of a source, because no stage wants further records.
    ///
    /// The run leaves no bookmark of it: a later one reads the same records again.
    mutating func cut(_ index: Int) {
        var position = position(of: index)
        position.replays = []
        position.order = PageOrder(.end, number: position.order.number)
        position.read = entered[index] ?? 0
        position.isCut = true
        positions[index] = position
        edges[index] = nil
        guard context[index].isIncremental else { return }
        context.plan.log.say(
            Diagnostic(
                "source.cut",
                message: "not read to its end, because no stage wants more records: its bookmark stays where it was",
                at: .stage(context[index].name, at: nil),
                severity: .note
            )
        )
    }

    /// The sources whose reading ended early.
    var cut: Set<String> { Set(positions.filter { $0.value.isCut }.map { context[$0.key].name }) }

    // MARK: Checkpoints and the end

    /// Adds positions and edges to a checkpoint.
    func store(in snapshot: inout Snapshot) {
        for (index, position) in positions { snapshot.cursors[context[index].name] = position.text }
        // A run with a limit leaves out records before the last that it has read, so it does not advance the edge.
        for (index, edge) in edges where context.plan.scope.limit == nil {
            snapshot.states[StateName.edge(context[index].name)] = edge.encoded
        }
        for (index, edge) in delivered { snapshot.states[StateName.delivered(context[index].name)] = edge.encoded }
        for (index, news) in news { snapshot.states[StateName.news(context[index].name)] = news.encoded }
        for (index, whole) in wholeReads { snapshot.states[StateName.whole(context[index].name)] = whole.encoded }
    }

    /// The bookmarks that the run leaves for later runs.
    var bookmarks: [Bookmark] {
        let edges = edges.compactMap { index, edge in
            Bookmark.edge(edge.encoded, of: context[index].name).map { (index, $0) }
        }
        let news = news.map { index, news in
            (index, Bookmark(stage: context[index].name, cursor: news.place, edge: news.bookmark))
        }
        // What was not read to its end is read again.
        return (edges + news).filter { isAtEnd($0.0) && positions[$0.0]?.isCut != true }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Reports the records of incremental sources that are dated in the future or have been removed, when everything
    /// has been read.
    ///
    /// - Parameter stages: The stages of the run, with their final tallies.
    mutating func conclude(_ stages: [RunReport.Stage]) {
        for (index, node) in context.plan.nodes.enumerated() where node.increment != nil {
            guard var edge = edges[index] else { continue }
            let left = stages[index].tally.filtered.filter { $0.reason == IncrementEdge.notYet }
            let count = left.reduce(0) { $0 + $1.count }
            if let finding = later[index, default: NotYet()].finding(count, due: edge.due, of: node.name) {
                context.plan.log.say(finding)
            }
            if let whole = wholeReads[index], let count = whole.count {
                edge.uncounted = count - edge.count(below: whole.since)
                edges[index] = edge
            }
            let gone = edge.goneCount - (delivered[index]?.goneCount ?? 0)
            guard gone > 0 else { continue }
            context.plan.log.say(
                Diagnostic(
                    "source.removed",
                    message: gone.counted(
                        "record that an earlier run delivered is ",
                        plural: "records that earlier runs delivered are "
                    )
                        + "not there any more; the files of those runs still have \(gone == 1 ? "it" : "them")",
                    at: .stage(node.name, at: nil),
                    severity: .note
                )
            )
        }
    }
}

extension Plan {
    /// The stages whose records go into a table, sources among them.
    var tableStages: Set<Int> { Self.tableStages(of: nodes) }
}
