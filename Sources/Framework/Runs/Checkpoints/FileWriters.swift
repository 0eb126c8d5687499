internal import PluginKit
internal import Pipelines

/// Which sink states what about which file, so that a statement that is wrong is laid at the right door.
final class FileWriters: Sendable {
    /// A sink.
    struct Writer: Sendable {
        /// What the pipeline calls it.
        let stage: String
        /// What it is.
        let plugin: String
    }

    private let writers = Locked<[String: Writer]>([:])

    /// The sink that has named a file; nil for one of the engine's own.
    subscript(_ path: String) -> Writer? { writers.withLock { $0[path] } }

    /// Notes that a sink names these files.
    func note(_ paths: [String], of node: Plan.Node) {
        writers.withLock { writers in
            for path in paths where writers[path] == nil {
                writers[path] = Writer(stage: node.name, plugin: node.plugin)
            }
        }
    }
}
