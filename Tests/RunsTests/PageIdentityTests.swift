import Pipelines
import Runs
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

@Suite struct PageIdentityTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func keys(_ options: String = "", sink: String = "", layer: String = "press") async throws -> [String] {
        let trace = Trace()
        let report = try await Trace.$current.withValue(trace) {
            try await workshop.run(
                """
                [run]
                on_reject = { limit = 1 }
                [middleware.m]
                use = "\(layer)"
                [[source]]
                use = "numbers"
                reject = [2]
                leave_out = [4]
                \(options)
                [[sink]]
                use = "lines"
                path = "@/a.txt"
                \(sink)
                """
            )
        }
        #expect(report.ending == "published")
        return trace.all.filter { $0.hasPrefix("page ") }
    }

    @Test func `a page that was turned into bytes and back is the same page`() async throws {
        _ = try await keys(layer: "watch")
        let lines = try workshop.lines("a.txt")
        _ = try await keys()
        #expect(try workshop.lines("a.txt") == lines)
        #expect(lines == ["1", "3"])
    }

    @Test func `every page has a key of its own, and the same one in every run`() async throws {
        let keys = try await keys()
        #expect(keys.count == 2)
        #expect(Set(keys).count == 2)
        #expect(try await self.keys() == keys)
    }

    @Test(arguments: zip(["count = 5", "first = 0", "", ""], ["", "", "columns = [\"n\", \"word\"]", ""]))
    func `other options or columns give other keys`(options: String, sink: String) async throws {
        let (plain, other) = (try await keys(), try await keys(options, sink: sink))
        #expect(Set(plain).isDisjoint(with: other) == !(options.isEmpty && sink.isEmpty))
    }

    @Test func `without a layer that makes use of it nothing is identified`() async throws {
        #expect(try await keys(layer: "watch").isEmpty)
    }
}
