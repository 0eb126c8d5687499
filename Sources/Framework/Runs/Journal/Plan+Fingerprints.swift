internal import Pipelines
internal import PluginKit

extension Plan {
    /// Has the sinks throw away what an earlier run has begun.
    ///
    /// - Parameter marks: Where each sink was at the last checkpoint, by stage.
    func abandon(at marks: [String: String]) async {
        for node in nodes { if case .sink(let sink) = node.stage { await sink.abandon(at: marks[node.name]) } }
    }

    /// The configuration with what the sources' data looks like from outside.
    func configurationWithFingerprints() async -> String {
        var text = configuration + ":"
        for node in nodes {
            guard case .source(let source) = node.stage else { continue }
            // A source whose data cannot be looked at says why when it is read.
            text += (try? await source.fingerprint).flatMap { $0 } ?? "-"
            text += ";"
        }
        return text
    }
}
