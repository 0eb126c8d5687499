internal import Pipelines
internal import PluginKit

/// The layers that the calls of a pipeline's stages pass through, and their order.
struct LayerListing {
    private let paths: [CallPath]

    /// The layers of a plan.
    init(_ paths: [CallPath]) { self.paths = paths }

    /// A line for each kind of call and its layers, the outermost first: `pages of plays, ratings: answers (cache) → pool`.
    ///
    /// Stages whose calls pass through the same layers share a line; calls without layers have none.
    var lines: [String] {
        var ways: [(words: String, kind: CallKind, stages: [String])] = []
        for path in paths where !path.layers.isEmpty {
            let words = path.layers.map(\.words).joined(separator: " → ")
            if let known = ways.firstIndex(where: { $0.kind == path.kind && $0.words == words }) {
                ways[known].stages.append(path.stage)
            } else {
                ways.append((words, path.kind, [path.stage]))
            }
        }
        return ways.map { "  \($0.kind.words) of \($0.stages.joined(separator: ", ")): \($0.words)" }
    }
}

extension CallPath.Layer {
    /// Its name, followed by its plugin if that is not its name.
    fileprivate var words: String { name == plugin ? name : "\(name) (\(plugin))" }
}

extension CallKind {
    /// The calls in plain words.
    fileprivate var words: String {
        switch self {
        case .page: "pages"
        case .batch: "batches"
        case .write: "writes"
        case .exchange: "requests"
        }
    }
}
