internal import PluginKit

/// What plugins did, in order, for the test that they run in.
package final class Trace: Sendable {
    @TaskLocal package static var current: Trace?

    private let lines = Locked<[String]>([])

    package init() {}

    package func note(_ line: String) { lines.withLock { $0.append(line) } }

    package var all: [String] { lines.withLock { $0 } }
}
