internal import PluginKit

/// Delivers the batches of a contract, a page each, as the input of a run.
///
/// A column that no stage needs is null in the records, as with any source.
struct BatchSource: PlainSource {
    static let name = "contract-batches"
    static let summary = "Delivers the batches of a contract."

    struct Options: OptionGroup {
        @Option("The name of the batches.") var batches: String
    }

    /// Batches with a name.
    final class Box: Sendable {
        let batches: [Batch]
        init(_ batches: [Batch]) { self.batches = batches }
    }

    let schema: Schema
    private let box: Box

    init(_ options: Options, in context: StageContext) {
        box = Self.box(options.batches, in: context.shared) ?? Box([])
        schema = box.batches.first?.schema ?? [:]
    }

    func read(at cursor: Int?, into batch: inout Batch) -> Next<Int> {
        let index = cursor ?? 0
        guard box.batches.indices.contains(index) else { return .end }
        let page = box.batches[index]
        batch.append(contentsOf: page)
        return index + 1 < box.batches.count ? .at(index + 1) : .end
    }

    /// Stores batches where a run finds them.
    static func keep(_ batches: [Batch], as name: String, in shared: SharedObjects) {
        _ = shared.object("\(Self.name) \(name)") { Box(batches) }
    }

    private static func box(_ name: String, in shared: SharedObjects) -> Box? {
        shared.object("\(Self.name) \(name)") { Box([]) }
    }
}
