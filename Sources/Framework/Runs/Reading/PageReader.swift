internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// Reads the pages of one source through its layers.
final class PageReader: Sendable {
    let source: any SourceStage
    let name: String
    /// The columns and values that are read.
    private let request: ReadRequest
    private let layers: MiddlewareStack
    private let settings: RunSettings
    private let calls: StageCalls
    private let meter: CallMeter
    private let time: any TimeSource
    /// The cache keys of the pages; nil if no layer needs them.
    private let identity: PageIdentity?

    init(
        source: any SourceStage,
        node: Plan.Node,
        settings: RunSettings,
        calls: StageCalls,
        meter: CallMeter,
        since: Int64?,
        selection: [UInt8]?,
        time: any TimeSource
    ) {
        self.source = source
        name = node.name
        request = node.request.starting(at: since).selecting(selection)
        layers = node.layers(for: .page)
        self.settings = settings
        self.calls = calls
        self.meter = meter
        self.time = time
        identity = nil
    }

    private init(_ other: PageReader, layers: MiddlewareStack, identity: PageIdentity?) {
        source = other.source
        name = other.name
        request = other.request
        settings = other.settings
        calls = other.calls
        meter = other.meter
        time = other.time
        self.layers = layers
        self.identity = identity
    }

    /// The same reader with cache keys, if a layer needs them.
    func identifyingPages(of node: Plan.Node) async -> PageReader {
        guard layers.needsIdentity else { return self }
        // A source that cannot state its fingerprint reports the reason when it is read.
        let identity = try? await PageIdentity(source, node: node, sizes: settings.batchSizeText, request: request)
        return PageReader(self, layers: identity == nil ? layers.withoutIdentity : layers, identity: identity)
    }

    /// The page at a cursor.
    ///
    /// - Throws: a diagnostic at the stage and the page, or a `CancellationError`.
    func page(at cursor: String?) async throws -> Page {
        let start = time.now
        do {
            var page: Page
            if calls.areDirect(layers) {
                page = try await meter.measuring(time) { try await read(at: cursor) }
            } else {
                let call = Call<String?, Page>(
                    .page,
                    stage: name,
                    input: cursor,
                    identity: identity?.identity(at: cursor)
                )
                page = try await calls.make(call, through: layers, meter: meter) { [self] in try await read(at: $0) }
            }
            page.busy = time.now - start
            return page
        } catch {
            throw Diagnostic.placing(error, at: name, origin: cursor)
        }
    }

    private func read(at cursor: String?) async throws -> Page {
        var batch = Batch(request.schema, capacity: settings.batchSize(columns: request.schema.width))
        let next = try await source.read(at: cursor, for: request, into: &batch)
        try batch.checkText()
        return Page(batch: batch, next: next)
    }
}

/// A page of a source, and where the source continues.
struct Page: Sendable {
    private(set) var batch: Batch
    let next: Next<String>
    /// How long reading it took.
    var busy: Duration = .zero

    init(batch: Batch, next: Next<String>) {
        self.batch = batch
        self.next = next
    }

    /// Reads a page with these columns.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such a page.
    init(_ schema: Schema, from reader: inout StateReader) throws(Diagnostic) {
        next = try Next(from: &reader)
        batch = try Batch(schema, from: &reader)
    }

    /// Appends the page, without the time that reading it took.
    func write(to writer: inout StateWriter) {
        next.write(to: &writer)
        batch.write(to: &writer)
    }

    /// The number of its records.
    var count: Int { batch.count }

    /// Keeps the first records.
    mutating func truncate(to count: Int) { batch.truncate(to: count) }

    /// Removes all records: the page belongs to another partition.
    mutating func empty() { batch = Batch(batch.schema) }
}
