import PluginKit

/// What plugins did, in order, for the test that they run in.
final class Trace: Sendable {
    @TaskLocal static var current: Trace?

    private let lines = Guarded<[String]>([])

    func note(_ line: String) { lines.withLock { $0.append(line) } }

    var all: [String] { lines.withLock { $0 } }
}
