import PluginKit
import PluginTestKit
@testable import StateStore
import Testing

/// A store that is told of no fault point has that of its task.
@Suite struct TaskFaultTests {
    @Test func `the commits of a store are seen by the fault point of the task that opened it`() throws {
        let folder = try TemporaryFolder()
        let faults = Faults()
        let store = try PluginKit.Faults.$current.withValue(faults) { try RunStore(in: folder.state) }
        try store.begin(Sample.identity("1"), configuration: "abc", at: 1000)
        let commits = faults.steps.filter { $0.act == .commit && $0.side == .after }
        #expect(commits.map(\.subject) == ["format", "begin"])
    }
}
