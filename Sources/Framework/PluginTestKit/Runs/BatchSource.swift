internal import PluginKit

/// Hands out the batches of a contract, a page each, as the input of a run.
///
/// A column that no stage asks for is null, as that of a source that leaves out what is not wanted.
struct BatchSource: Source {
    static let name = "contract-batches"
    static let summary = "Hands out the batches of a contract."

    struct Options: OptionGroup {
        @Option("Which batches.") var batches: String
    }

    /// Batches that go by a name.
    final class Box: Sendable {
        let batches: [Batch]
        init(_ batches: [Batch]) { self.batches = batches }
    }

    let schema: Schema
    private let box: Box
    private let unwanted: [Field]

    init(_ options: Options, in context: StageContext) {
        box = Self.box(options.batches, in: context.shared) ?? Box([])
        let columns = box.batches.first?.schema.columns ?? []
        schema = Schema(columns)
        unwanted = columns.enumerated().filter { !context.wants($0.element.name) }
            .map { Field(index: $0.offset, kind: $0.element.kind) }
    }

    func read(at cursor: Int?, into batch: inout Batch) -> Next<Int> {
        let index = cursor ?? 0
        guard box.batches.indices.contains(index) else { return .end }
        let page = box.batches[index]
        batch.append(contentsOf: page)
        for field in unwanted { batch.clear(field) { _, _ in true } }
        return index + 1 < box.batches.count ? .at(index + 1) : .end
    }

    /// Puts batches where a run finds them.
    static func keep(_ batches: [Batch], as name: String, in shared: SharedObjects) {
        _ = shared.object("\(Self.name) \(name)") { Box(batches) }
    }

    private static func box(_ name: String, in shared: SharedObjects) -> Box? {
        shared.object("\(Self.name) \(name)") { Box([]) }
    }
}
