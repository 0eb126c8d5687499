internal import Diagnostics
internal import PluginKit
internal import Records

/// Reads the pages of one source through its layers.
struct PageReader: Sendable {
    let source: any SourceStage
    let name: String
    private let schema: Schema
    private let layers: MiddlewareStack
    private let batchSize: Int
    private let calls: StageCalls
    private let meter: CallMeter
    /// The least value wanted of an incremental source.
    private let since: Int64?
    private let time: any TimeSource
    /// What identifies the pages; nil if no layer asks for it.
    private var memo: PageMemo?

    init(
        source: any SourceStage,
        node: Plan.Node,
        batchSize: Int,
        calls: StageCalls,
        meter: CallMeter,
        since: Int64?,
        time: any TimeSource
    ) {
        self.source = source
        name = node.name
        schema = node.output
        layers = node.layers.wrapping(.page)
        self.batchSize = batchSize
        self.calls = calls
        self.meter = meter
        self.since = since
        self.time = time
    }

    /// Has the pages identified, if a layer makes use of that and the source lets them be used again.
    mutating func identifyPages(of node: Plan.Node) async {
        guard layers.usesMemos else { return }
        // A source that cannot say what its data looks like will say why when it is read.
        memo = try? await PageMemo(source, node, batchSize: batchSize, since: since)
    }

    /// The page at a cursor.
    ///
    /// - Throws: a diagnostic at the stage and the page, or a `CancellationError`.
    func page(at cursor: String?) async throws -> Page {
        let start = time.now
        do {
            let call = Call<String?, Page>(.page, stage: name, input: cursor, memo: memo?.memo(at: cursor))
            var page = try await calls.make(call, through: layers, meter) { [source, schema, batchSize, since] cursor in
                var batch = Batch(schema, capacity: batchSize)
                let next = try await source.read(at: cursor, since: since, into: &batch)
                return Page(batch: batch, next: next)
            }
            page.busy = time.now - start
            return page
        } catch {
            throw Diagnostic.placing(error, name, cursor)
        }
    }
}

/// What a source read, and where it goes on.
struct Page: Sendable {
    private var batch: Batch
    let next: Next<String>
    /// How long it took to read it.
    var busy: Duration = .zero

    init(batch: Batch, next: Next<String>) {
        self.batch = batch
        self.next = next
    }

    /// Reads a page with these columns.
    ///
    /// - Throws: `checkpoint.state` if the bytes are no such page.
    init(_ schema: Schema, from reader: inout StateReader) throws(Diagnostic) {
        next = try Next(from: &reader)
        batch = try Batch(schema, from: &reader)
    }

    /// Appends the page; how long it took to read it is not part of it.
    func write(to writer: inout StateWriter) {
        next.write(to: &writer)
        batch.write(to: &writer)
    }

    /// How many records it has.
    var count: Int { batch.count }

    /// Hands the batch over: held twice, it would be copied by the first change.
    mutating func takeBatch() -> Batch {
        var taken = Batch([:])
        swap(&taken, &batch)
        return taken
    }

    /// Keeps the first records.
    mutating func truncate(to count: Int) { batch.truncate(to: count) }

    /// Takes everything out: the page is another partition's.
    mutating func empty() { batch = Batch(batch.schema) }
}
