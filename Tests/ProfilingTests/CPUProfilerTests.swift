import Foundation
import PluginTestKit
import TestTags
import Testing

/// The profiler, in processes of its own.
@Suite(.tags(.process, .waits)) struct CPUProfilerTests {
    @Test func `samples have the callers of a function across await`() async throws {
        let folder = try TemporaryFolder()
        let (code, output) = try await ProfiledProgram.run(["burn", "2", folder.path("profile")])
        #expect(code == 0, "\(output)")
        let profile = try ProfileReader(packed: folder.bytes(of: "profile"))
        #expect(profile.kinds == ["samples/count", "cpu/nanoseconds"])
        #expect(profile.periodKind == "cpu/nanoseconds")
        #expect(profile.period == 10_000_000)
        #expect(profile.samples.allSatisfy { $0.values.count == 2 && $0.values[1] == $0.values[0] * 10_000_000 })
        func count(_ isCounted: (ProfileReader.Sample) -> Bool) -> Int {
            profile.samples.filter(isCounted).reduce(0) { $0 + $1.values[0] }
        }
        let all = count { _ in true }
        // A busy machine may give it a fraction of a processor.
        try #require(all >= 20)
        let burner = count { $0.stack.contains { $0.contains("Burner") } }
        #expect(Double(burner) >= 0.95 * Double(all), "\(burner) of \(all)")
        let leaf = profile.samples.filter { $0.stack.first?.contains("Burner.leaf(_:)") ?? false }
        #expect(!leaf.isEmpty)
        for sample in leaf {
            let order = ["leaf(_:)", "worker(seed:)", "caller(seed:while:)", "outermost(while:)"].map { name in
                sample.stack.firstIndex { $0.contains(name) }
            }
            #expect(!order.contains(nil), "\(sample.stack)")
            #expect(order.compactMap { $0 } == order.compactMap { $0 }.sorted(), "\(sample.stack)")
        }
        // `memmove` keeps no frame pointer, and its caller is found nonetheless.
        let moved = profile.samples.filter { $0.stack.first == "[libc.so.6]" }
        let known = moved.filter { $0.stack.contains { $0.contains("moveMemory") } }
        #expect(moved.isEmpty || !known.isEmpty, "\(moved.map(\.stack))")
        #expect(profile.mappings.first?[3].hasSuffix("ProfiledProgram") ?? false)
        #expect(profile.mappings.first?[4].isEmpty == false)
    }

    @Test func `all threads state where they are, also while a profile is recorded`() async throws {
        let folder = try TemporaryFolder()
        let (code, output) = try await ProfiledProgram.run(["threads", "20", folder.path("threads")])
        #expect(code == 0 && output == "also samples\n", "\(output)")
        let profile = try ProfileReader(packed: folder.bytes(of: "threads"))
        #expect(profile.kinds == ["threads/count"])
        #expect(profile.samples.reduce(0) { $0 + $1.values[0] } >= 2)
        #expect(profile.samples.allSatisfy { $0.labels["state"] != nil && $0.labels["thread"] != nil })
        // The thread that asks is in the middle of asking.
        let asking = profile.samples.filter { $0.stack.contains { $0.contains("SignalSampler.stacks()") } }
        #expect(asking.count == 1)
        #expect(profile.samples.contains { $0.stack.contains { $0.contains("Burner") } })
        #expect(!profile.samples.contains { $0.stack == ["a thread that does not answer"] })
    }

    @Test(arguments: [
        (["flood", "1"], "many signals, some samples, a sum\n"),
        (["repeat", "100"], "100 times\n"),
        (["twice"], "profile.running\nagain\n"),
        (["leave", "1"], "no profile\nagain\n"),
        (["late"], "alive\n"),
    ])
    func `recordings end, and signals from elsewhere do no harm`(arguments: [String], expected: String) async throws {
        let (code, output) = try await ProfiledProgram.run(arguments)
        #expect(output == expected)
        #expect(code == 0)
    }

    @Test func `another library's handler stays`() async throws {
        let (code, output) = try await ProfiledProgram.run(["handled"])
        #expect(code == 1)
        #expect(
            output == "profile.unavailable: a CPU profile cannot be recorded here: "
                + "another library in this process handles the signal SIGPROF\n"
        )
    }
}

/// The program that profiles itself: it lies beside these tests.
private enum ProfiledProgram {
    static func run(_ arguments: [String]) async throws -> (code: Int32, output: String) {
        try await onOwnThread {
            let (process, pipe) = (Process(), Pipe())
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
            process.standardOutput = pipe
            try process.run()
            let output = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: output, as: UTF8.self))
        }
    }

    private static let path: String = {
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appendingPathComponent("ProfiledProgram").path
            if FileManager.default.isExecutableFile(atPath: program) { return program }
            folder.deleteLastPathComponent()
        }
        return "ProfiledProgram"
    }()
}
