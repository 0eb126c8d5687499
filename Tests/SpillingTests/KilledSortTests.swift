import Foundation
import PluginTestKit
import TestTags
import Testing

/// A sort in a process of its own, killed at any instant and started again, leaves what an undisturbed one leaves.
@Suite(.tags(.crash)) struct KilledSortTests {
    private static let pipeline = """
        [run]
        checkpoint_every = 2
        batch_size = 500
        [[source]]
        use = "generate"
        rows = 20_000
        columns = ["word: text 3..40", "n: sequence", "at: instant 2010-01-01..2020-01-01"]
        [[transform]]
        use = "sort"
        by = ["word"]
        memory = "64 KiB"
        [[transform]]
        use = "number"
        as = "place"
        [[sink]]
        use = "csv"
        path = "sorted.csv"
        """

    /// The program of these tests, which lies beside them.
    private static let program: URL = {
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appendingPathComponent("SortProgram")
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
            folder.deleteLastPathComponent()
        }
        return URL(fileURLWithPath: "SortProgram")
    }()

    /// Runs the pipeline.
    ///
    /// - Parameters:
    ///   - folder: Where.
    ///   - limit: After how many seconds it is killed; nil for never.
    /// - Returns: Whether it has come to its end.
    /// - Throws: If the program cannot be started.
    private func run(in folder: TemporaryFolder, killedAfter limit: Double? = nil) throws -> Bool {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = ["run", "sort.toml", "-q"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        try process.run()
        if let limit {
            Thread.sleep(forTimeInterval: limit)
            kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
        if process.terminationReason == .exit { #expect(process.terminationStatus == 0) }
        return process.terminationReason == .exit
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `a sort that is killed again and again leaves the same bytes`(seed: UInt64) throws {
        let whole = try TemporaryFolder(.inMemory)
        try whole.write(Self.pipeline, to: "sort.toml")
        let start = Date()
        #expect(try run(in: whole))
        let length = Date().timeIntervalSince(start)
        let folder = try TemporaryFolder(.inMemory)
        try folder.write(Self.pipeline, to: "sort.toml")
        var numbers = SeededNumbers(seed: seed)
        var isDone = false
        for _ in 0..<10 where !isDone {
            let share = Double(numbers.next(below: 1000)) / 1000
            isDone = try run(in: folder, killedAfter: length * share)
        }
        if !isDone { #expect(try run(in: folder)) }
        #expect(try folder.text(of: "sorted.csv") == whole.text(of: "sorted.csv"))
        #expect(!folder.files.contains { $0.contains("/spill/") })
    }
}
