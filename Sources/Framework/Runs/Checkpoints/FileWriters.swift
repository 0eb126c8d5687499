internal import PluginKit
internal import Pipelines

/// Which sink has reported which file, so that an error in the file names the right plugin.
final class FileWriters: Sendable {
    /// A sink.
    struct Writer: Sendable {
        /// Its name in the pipeline.
        let stage: String
        /// Its plugin.
        let plugin: String
    }

    private let writers = Locked<[String: Writer]>([:])

    /// The sink that has reported a file; nil for a file of the engine.
    subscript(_ path: String) -> Writer? { writers.withLock { $0[path] } }

    /// Notes that a sink has reported these files.
    func note(_ paths: [String], of node: Plan.Node) {
        writers.withLock { writers in
            for path in paths where writers[path] == nil {
                writers[path] = Writer(stage: node.name, plugin: node.plugin)
            }
        }
    }
}
