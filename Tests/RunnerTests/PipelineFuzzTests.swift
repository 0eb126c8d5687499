import Foundation
import TestTags
import Testing

/// Files that are large, deep, wide or doubling: `check` ends in time, in memory, and with at most a hundred findings.
@Suite(.tags(.fuzz, .process)) struct PipelineFuzzTests {
    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first(
        where: FileManager.default.isExecutableFile
    )

    /// One file of each shape and some mutants, of 60 kB; `scripts/fuzz-pipelines` goes on with more, up to 1 MB.
    @Test(.enabled(if: python != nil), arguments: 0..<4)
    func `check of a file of any shape ends within its bounds`(part: Int) async throws {
        let python = try #require(Self.python)
        let outcome = try await Program.Running(
            python,
            [
                Program.repository + "/scripts/fuzz-pipelines", "500", "--seed", "\(part * 13)", "--count", "13",
                "--bytes", "60000", "--scale", "20", "--all", "--program", Program.path,
            ],
            in: FileManager.default.temporaryDirectory.path
        ).ended
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    }
}
