import Diagnostics
@testable import Runs
import Foundation
import PluginKit
import PluginTestKit
import StateStore
import Testing
import TestPipelines

/// A bookmark belongs to a source and a pipeline file: no other one continues from it, and none begins anew in silence.
@Suite struct BookmarkOwnerTests {
    private let workshop: Workshop
    private let file: String

    init() throws {
        workshop = try Workshop()
        file = workshop.folder.path("p.toml")
    }

    /// How a pipeline is run.
    struct Use: Sendable, CustomTestStringConvertible {
        var options = ""
        var stage = "feed"
        var name = "p"
        var file = "p.toml"
        var instance: String?
        var partOfRun = ""

        var testDescription: String { "\(options) \(stage) \(name) \(file) \(instance ?? "")" }
    }

    private func text(_ use: Use) -> String {
        """
        name = "\(use.name)"
        \(use.partOfRun)
        [[source]]
        use = "feed"
        name = "\(use.stage)"
        since = "last-run"
        \(use.options)
        [[sink]]
        use = "lines"
        path = "@/out.txt"
        on_existing = "replace"
        """
    }

    /// Runs it: the lines that it wrote, or what is wrong.
    private func run(_ use: Use, count: Int = 4, log: StageLog = StageLog()) async throws -> String {
        // The file is there, as that of a user is.
        let path = workshop.folder.path(use.file)
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
            withIntermediateDirectories: true
        )
        try text(use).write(toFile: path, atomically: true, encoding: .utf8)
        do {
            let report = try await workshop.runStored(
                text(use),
                instance: use.instance,
                file: path,
                log: log
            )
            return report.report.ending == "published"
                ? try workshop.lines("out.txt").joined(separator: " ") : report.report.ending
        } catch let list as DiagnosticList {
            return list.all.map { "\($0.code.name): \($0.message)" }.joined(separator: "; ")
                .replacing(FileSystem.resolved(workshop.folder.path), with: "@")
        }
    }

    @Test(arguments: [
        (
            Use(options: "account = \"bert\""),
            "pipeline.other-source: the bookmark belongs to another source: no 'account' before, account = \"bert\" now"
        ),
        (
            Use(options: "signed_in = \"bert\""),
            "pipeline.other-source: the bookmark belongs to another source: no 'user' before, user = \"bert\" now"
        ),
        (
            Use(stage: "plays"),
            "pipeline.other-source: this source has no bookmark, and the bookmark of 'feed' has no source: source = \"feed\" "
                + "before, source = \"plays\" now"
        ),
        (
            Use(file: "copy/p.toml"),
            "pipeline.same-name: two pipeline files are called 'p' and share the bookmarks of one: @/p.toml before, "
                + "@/copy/p.toml now"
        ),
        (
            Use(name: "q"),
            "pipeline.renamed: the bookmarks of this pipeline are kept under another name: name = \"p\" before, "
                + "name = \"q\" now"
        ),
    ])
    func `what has another owner is refused, with both named`(other: Use, refusal: String) async throws {
        #expect(try await run(Use()) == "1 2 3 4")
        #expect(try await run(other) == refusal)
        // And nothing has been lost by that.
        #expect(try await run(Use(options: "count = 5")) == "5")
    }

    @Test(arguments: [
        Use(options: "page = 2"), Use(options: "page = 2 # another comment"), Use(partOfRun: "description = \"x\""),
        Use(options: "account = \"anna\""), Use(file: "./sub/../p.toml"),
    ])
    func `what chooses no records may change`(other: Use) async throws {
        #expect(try await run(Use()) == "1 2 3 4")
        #expect(try await run(other) == "")
    }

    @Test func `a moved file is refused until it is adopted, and nothing comes twice`() async throws {
        #expect(try await run(Use()) == "1 2 3 4")
        try FileManager.default.removeItem(atPath: file)
        let moved = Use(options: "count = 6", file: "new/p.toml")
        #expect(
            try await run(moved)
                == "pipeline.moved: the pipeline 'p' was in another file when its bookmarks were set: @/p.toml before, "
                + "@/new/p.toml now"
        )
        let state = StateFolder(workshop.folder.path("state"))
        #expect(try state.adopt(["p"], as: { $0 }).map(\.bookmarks) == [1])
        let log = StageLog()
        #expect(try await run(moved, log: log) == "5 6")
        #expect(log.all.map(\.code.name) == ["state.taken-over"])
        #expect(try await run(moved) == "")
    }

    @Test func `a folder that is moved with its state continues as before`() async throws {
        #expect(try await run(Use()) == "1 2 3 4")
        let other = try Workshop()
        for name in ["state", "p.toml"] {
            try FileManager.default.copyItem(
                atPath: workshop.folder.path(name),
                toPath: other.folder.path(name)
            )
        }
        let report = try await other.runStored(
            text(Use(options: "count = 5")),
            file: other.folder.path("p.toml")
        ).report
        #expect(report.ending == "published")
        #expect(try other.lines("out.txt") == ["5"])
    }

    @Test func `a renamed pipeline continues once it has adopted its bookmarks`() async throws {
        #expect(try await run(Use()) == "1 2 3 4")
        let state = StateFolder(workshop.folder.path("state"))
        let adopted = try state.adopt(["p"], as: { _ in "q" })
        #expect(adopted.map { "\($0.from) \($0.pipeline) \($0.bookmarks)" } == ["p q 1"])
        #expect(try await run(Use(options: "count = 5", name: "q")) == "5")
    }

    @Test func `each instance has a state of its own, in turn`() async throws {
        let anna = Use(options: "count = 4")
        let bert = Use(options: "account = \"bert\"", instance: "bert")
        #expect(try await run(anna) == "1 2 3 4")
        #expect(try await run(bert) == "1 2 3 4")
        #expect(try await run(anna) == "")
        #expect(try await run(bert) == "")
        #expect(try await run(Use(options: "account = \"carl\"", instance: "bert")).hasPrefix("pipeline.other-source"))
        let names = try StateFolder(workshop.folder.path("state")).pipelines().map(\.name)
        #expect(names == ["p", "p @bert"])
    }

    @Test func `a bookmark of an earlier version is taken over once, with a warning`() async throws {
        #expect(try await run(Use()) == "1 2 3 4")
        _ = try RunStore(in: workshop.folder.path("state")).disown(of: "p", as: "p")
        let log = StageLog()
        let grown = Use(options: "count = 5\naccount = \"bert\"")
        #expect(try await run(grown, log: log) == "5")
        #expect(log.all.map(\.severity) == [.warning])
        #expect(
            log.all.map(\.message) == [
                "the bookmark had no owner; from now on it belongs to this source: account = \"bert\", "
                    + "use = \"feed\""
            ]
        )
        let again = StageLog()
        #expect(try await run(grown, log: again) == "")
        #expect(again.all.isEmpty)
        #expect(try await run(Use()).hasPrefix("pipeline.other-source"))
    }

    @Test func `a secret is compared and never stored`() async throws {
        #expect(try await run(Use(options: "secret = \"hush-hush\"")) == "1 2 3 4")
        let refusal = try await run(Use(options: "secret = \"psst-psst\""))
        #expect(refusal.hasPrefix("pipeline.other-source"))
        #expect(!refusal.contains("hush") && !refusal.contains("psst"))
        let state = String(decoding: try workshop.folder.bytes(of: "state/state.db"), as: UTF8.self)
        #expect(!state.contains("hush-hush"))
        #expect(try await run(Use(options: "secret = \"hush-hush\"\ncount = 5")) == "5")
    }
}
