import Diagnostics
import Runs
import Formats
import Foundation
import PluginKit
import PluginTestKit
import StateStore
import Testing
import TestPipelines

/// What happens to a file that has an output's name already: before the run, and when it appears or changes meanwhile.
@Suite struct ExistingFileTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    /// Whose the file is.
    enum Standing: String, CaseIterable, Sendable {
        case nobodys, own, edited, others, earlierVersions, earlierVersionsEdited
    }

    enum Rule: String, CaseIterable, Sendable {
        case byDefault, replace, refuse
    }

    private static let text = "what was there\n"

    /// Has the state know what it knows of the file.
    private func know(_ standing: Standing) throws {
        let path = shop.folder.path("out.txt")
        let bytes = Array(Self.text.utf8)
        let store = try RunStore(in: shop.folder.path("state"))
        func made(by pipeline: String) -> PublishedFile {
            PublishedFile(
                pipeline: pipeline,
                run: "earlier",
                path: path,
                resolved: path,
                bytes: bytes.count,
                crc32: CRC32(of: bytes).value
            )
        }
        switch standing {
        case .nobodys: break
        case .own, .edited: try store.note([made(by: "p")])
        case .others: try store.note([made(by: "other")])
        case .earlierVersions, .earlierVersionsEdited:
            // By the report alone, as versions without a list of files have left it.
            let sum = String(CRC32(of: bytes).value, radix: 16)
            let run = RunIdentity(pipeline: "p", id: "earlier", date: "2026-01-01", time: "000000")
            try store.begin(run, configuration: "c", at: 0)
            try store.complete(
                run,
                report: #"{"files":[{"path":"\#(path)","records":1,"bytes":\#(bytes.count),"crc32":"\#(sum)"}]}"#,
                at: 1
            )
        }
    }

    /// What stands in the file.
    private func content(_ standing: Standing) -> String {
        switch standing {
        case .edited, .earlierVersionsEdited: "what was here!\n"
        case .nobodys, .own, .others, .earlierVersions: Self.text
        }
    }

    private func mayReplace(_ standing: Standing, _ rule: Rule) -> Bool {
        switch rule {
        case .replace: true
        case .refuse: false
        case .byDefault: standing == .own || standing == .earlierVersions
        }
    }

    private func pipeline(_ rule: Rule, count: Int = 4) -> String {
        """
        [run]
        checkpoint_every = 1
        [[source]]
        use = "numbers"
        count = \(count)
        [[sink]]
        use = "lines"
        path = "@/out.txt"
        \(rule == .byDefault ? "" : "on_existing = \"\(rule.rawValue)\"")
        """
    }

    /// Everything but the state.
    private var files: [String] { shop.folder.files.filter { !$0.hasPrefix("state/") } }

    @Test(arguments: Standing.allCases, Rule.allCases)
    func `a file that is there is replaced, or refused before anything is read`(
        standing: Standing,
        rule: Rule
    ) async throws {
        try know(standing)
        try shop.folder.write(content(standing), to: "out.txt")
        let trace = Trace()
        var problems: DiagnosticList?
        do {
            _ = try await Trace.$current.withValue(trace) { try await shop.runStored(pipeline(rule)) }
        } catch let found as DiagnosticList {
            problems = found
        }
        guard !mayReplace(standing, rule) else {
            #expect(problems?.all.map(\.message) == nil)
            #expect(try shop.lines("out.txt") == ["1", "2", "3", "4"])
            return
        }
        let found = try #require(problems?.all)
        #expect(found.map(\.code.name) == ["pipeline.existing-file"])
        #expect(found[0].hint?.contains("move it away") == true)
        #expect((found[0].hint?.contains("on_existing = \"replace\"") == true) == (rule == .byDefault))
        guard case .text(let place) = found[0].place else { throw found[0] }
        #expect(place.start.line == 8)
        #expect(!trace.all.contains { $0.contains("reads") }, "\(trace.all)")
        #expect(try shop.folder.text(of: "out.txt") == content(standing))
        #expect(files == ["out.txt"])
    }

    @Test(arguments: Standing.allCases, Rule.allCases)
    func `a file that appears during the run is replaced, or refused and the run can be resumed`(
        standing: Standing,
        rule: Rule
    ) async throws {
        try know(standing)
        let (folder, content) = (shop.folder, content(standing))
        let report = try await shop.runStored(pipeline(rule)) { _ in
            guard !FileSystem.exists(folder.path("out.txt")) else { return }
            try? content.write(toFile: folder.path("out.txt"), atomically: false, encoding: .utf8)
        }.report
        guard !mayReplace(standing, rule) else {
            #expect(report.ending == "published")
            #expect(try shop.lines("out.txt") == ["1", "2", "3", "4"])
            return
        }
        guard case .failed(let problem) = report.outcome else { throw UnexpectedEnding(description: report.ending) }
        #expect(problem.code.name == "file.existing")
        #expect(report.canBeResumed)
        #expect(report.files.isEmpty)
        #expect(try shop.folder.text(of: "out.txt") == content)
        // Once it is out of the way, the run is resumed and publishes.
        try FileManager.default.removeItem(atPath: shop.folder.path("out.txt"))
        let again = try await shop.runStored(pipeline(rule)).report
        #expect(again.ending == "published")
        #expect(again.attempt == 2)
        #expect(try shop.lines("out.txt") == ["1", "2", "3", "4"])
    }

    @Test func `a file that the pipeline made is replaced by each of its runs, and refused once it was edited`()
        async throws
    {
        for count in 1...3 { _ = try await shop.runStored(pipeline(.byDefault, count: count)) }
        #expect(try shop.lines("out.txt") == ["1", "2", "3"])
        try shop.folder.write("1\n2\n4\n", to: "out.txt")
        await #expect(throws: DiagnosticList.self) { _ = try await shop.runStored(pipeline(.byDefault)) }
        #expect(try shop.lines("out.txt") == ["1", "2", "4"])
    }

    @Test func `a file edited during the run is not replaced, and keeps what was edited`() async throws {
        _ = try await shop.runStored(pipeline(.byDefault, count: 2))
        let folder = shop.folder
        let report = try await shop.runStored(pipeline(.byDefault)) { _ in
            try? "edited\n".write(toFile: folder.path("out.txt"), atomically: false, encoding: .utf8)
        }.report
        #expect(report.ending.contains("has changed since this pipeline made it"))
        #expect(try shop.folder.text(of: "out.txt") == "edited\n")
    }

    @Test func `what was cut off while it was published is not finished over another's file`() async throws {
        _ = try await shop.runStored(pipeline(.byDefault, count: 2))
        let store = try RunStore(in: shop.folder.path("state"))
        let run = RunIdentity(pipeline: "p", id: "cut", date: "2026-01-01", time: "000000")
        let bytes = Array("new\n".utf8)
        try store.begin(run, configuration: "c", at: 2)
        try shop.folder.write(bytes, to: "out.txt.part")
        let path = shop.folder.path("out.txt")
        let file = IntendedFile(temporaryPath: path + ".part", path: path, bytes: 4, crc32: CRC32(of: bytes).value)
        try store.intend(
            Intention(files: [file]),
            of: run
        )
        // Not by way of `out.txt.part`.
        try "another's\n".write(toFile: path, atomically: false, encoding: .utf8)
        await #expect { _ = try await shop.runStored(pipeline(.byDefault)) } throws: {
            ($0 as? Diagnostic)?.code.name == "file.existing"
        }
        #expect(try shop.folder.text(of: "out.txt") == "another's\n")
        // Out of the way, the file gets its name, and is known as the pipeline's own.
        try FileManager.default.removeItem(atPath: path)
        #expect(try await shop.runStored(pipeline(.byDefault)).report.ending == "published")
        #expect(try shop.lines("out.txt") == ["1", "2", "3", "4"])
    }

    /// Leaves a run of the pipeline `p` that was cut off while it published, and another's file at the final name.
    private func cutOff(_ rule: IntendedFile.Rule?) throws {
        let store = try RunStore(in: shop.folder.path("state"))
        let run = RunIdentity(pipeline: "p", id: "cut", date: "2026-01-01", time: "000000")
        let bytes = Array("new\n".utf8)
        let path = shop.folder.path("out.txt")
        let sum = CRC32(of: bytes).value
        try store.begin(run, configuration: "c", at: 2)
        try shop.folder.write(bytes, to: "out.txt.part")
        let file = IntendedFile(temporaryPath: path + ".part", path: path, bytes: 4, crc32: sum, rule: rule)
        try store.intend(
            Intention(files: [file]),
            of: run
        )
        try "another's\n".write(toFile: path, atomically: false, encoding: .utf8)
    }

    @Test(arguments: [IntendedFile.Rule.own, .replace, .refuse], Rule.allCases)
    func `what was cut off is finished by the rule of its run, whatever the options of the next one`(
        stored: IntendedFile.Rule,
        rule: Rule
    ) async throws {
        try cutOff(stored)
        let before = try? await shop.runStored(pipeline(rule))
        // A run that must not replace any file cannot follow one that has just been published.
        #expect((before != nil) == (stored == .replace && rule != .refuse))
        #expect(try (shop.folder.text(of: "out.txt") == "another's\n") == (stored != .replace))
    }

    @Test(arguments: Rule.allCases)
    func `of what an earlier version has left, the options of the next run decide`(rule: Rule) async throws {
        try cutOff(nil)
        let report = try? await shop.runStored(pipeline(rule))
        #expect((report != nil) == (rule == .replace))
        #expect(try (shop.folder.text(of: "out.txt") == "another's\n") == (rule != .replace))
    }

    @Test func `the folder of the work can be moved with its state`() async throws {
        let store = try RunStore(in: shop.folder.path("state"))
        let bytes = Array(Self.text.utf8)
        let path = shop.folder.path("out.txt")
        try store.note([
            PublishedFile(
                pipeline: "p",
                run: "earlier",
                path: path,
                resolved: "/elsewhere/out.txt",
                bytes: bytes.count,
                crc32: CRC32(of: bytes).value
            )
        ])
        try shop.folder.write(bytes, to: "out.txt")
        #expect(try await shop.runStored(pipeline(.byDefault)).report.ending == "published")
    }

    private struct UnexpectedEnding: Error, CustomStringConvertible { let description: String }
}
