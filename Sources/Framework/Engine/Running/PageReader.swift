internal import Diagnostics
internal import PluginKit
internal import Records

/// Reads the pages of one source through its layers.
struct PageReader: Sendable {
    let source: any SourceStage
    let name: String
    let schema: Schema
    let layers: MiddlewareStack
    let batchSize: Int

    init(source: any SourceStage, node: Plan.Node, batchSize: Int) {
        self.source = source
        name = node.name
        schema = node.output
        layers = node.layers.wrapping(.page)
        self.batchSize = batchSize
    }

    func page(at cursor: String?) async throws -> Page {
        do {
            return try await layers.run(Call(.page, stage: name, input: cursor)) { cursor in
                var batch = Batch(schema, capacity: batchSize)
                let next = try await source.read(at: cursor, into: &batch)
                return Page(batch: batch, next: next)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Diagnostic.wrapping(error, at: .stage(name, at: cursor.map { "at \($0)" }))
        }
    }
}

/// What a source read, and where it goes on.
struct Page: Sendable {
    private var batch: Batch
    let next: Next<String>

    init(batch: Batch, next: Next<String>) {
        self.batch = batch
        self.next = next
    }

    /// Hands the batch over: held twice, it would be copied by the first change.
    mutating func takeBatch() -> Batch {
        var taken = Batch([:])
        swap(&taken, &batch)
        return taken
    }
}
