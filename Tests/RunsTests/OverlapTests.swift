import Pipelines
import Runs
import Foundation
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

/// Names that come to mean another file while a run is under way: looked at once more before anything is published.
@Suite struct OverlapTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    enum Link: CaseIterable { case hard, symbolic }

    @Test(arguments: Link.allCases)
    func `an output that is linked to what the run depends on meanwhile replaces nothing`(link: Link) async throws {
        try shop.folder.write("precious", to: "input")
        let (input, output) = (shop.folder.path("input"), shop.folder.path("a.txt"))
        let plan = try await shop.plan(
            "[[source]]\nuse = \"numbers\"\n[[sink]]\nuse = \"lines\"\npath = \"@/a.txt\"\non_existing = \"replace\"",
            reserved: [ReservedFile(input, of: "the test")]
        )
        let report = await Run(plan) { _ in
            switch link {
            case .hard: try? FileManager.default.linkItem(atPath: input, toPath: output)
            case .symbolic: try? FileManager.default.createSymbolicLink(atPath: output, withDestinationPath: input)
            }
        }.execute()
        let refusal = "error[run.same-file]: nothing was published: this is a file of the test by now"
        #expect(report.ending.contains(refusal))
        #expect(report.files.isEmpty)
        #expect(try shop.folder.text(of: "input") == "precious")
    }

    @Test(arguments: [
        ("@/x.txt", "@/x.txt"), ("@/x.txt", "@/./x.txt"), ("@/x.txt", "@/sub/../x.txt"), ("@/x.txt", "@/link/x.txt"),
        ("@/x.txt", "@/x-02.txt"), ("@/x-{part}.txt", "@/x.txt"), ("@/x.txt", "@/x.txt.part"),
        ("@/x.txt", "@/x.txt.2.part"), ("@/x.txt.spool", "@/x.txt"), ("@/x", "@/x/y.txt"), ("@/x/y.txt", "@/x"),
        ("@/dangling", "@/new.txt"), ("@/first", "@/second"),
    ])
    func `two sinks that would write one file are refused at the second`(first: String, second: String) async throws {
        try shop.folder.write("", to: "sub/file")
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: shop.folder.path("link"), withDestinationPath: shop.folder.path)
        try manager.createSymbolicLink(atPath: shop.folder.path("dangling"), withDestinationPath: "new.txt")
        try shop.folder.write("", to: "first")
        try manager.linkItem(atPath: shop.folder.path("first"), toPath: shop.folder.path("second"))
        let findings = try await shop.findings(
            """
            [[source]]
            use = "numbers"
            [[sink]]
            use = "lines"
            name = "one"
            path = "\(first)"
            [[sink]]
            use = "lines"
            name = "two"
            path = "\(second)"
            """
        )
        let refusal = "p.toml:10:8: error[pipeline.same-file]: the sink 'two' would write "
        #expect(findings.hasPrefix(refusal), "\(findings)")
        #expect(findings.contains("the sink 'one'"))
    }

    @Test(arguments: [
        ("@/x.txt", "@/X.txt"), ("@/x.txt", "@/y.txt"), ("@/x.txt", "@/x-2019.txt"), ("@/x.txt", "@/x.txt.bak"),
        ("@/x.txt", "@/sub/x.txt"), ("@/x-{run}.txt", "@/x-{date}.txt"), ("@/x.txt", "@/x-1.txt"),
    ])
    func `files that only look alike are fine`(first: String, second: String) async throws {
        try shop.folder.write("", to: "sub/file")
        let findings = try await shop.findings(
            """
            [[source]]
            use = "numbers"
            [[sink]]
            use = "lines"
            name = "one"
            path = "\(first)"
            [[sink]]
            use = "lines"
            name = "two"
            path = "\(second)"
            """
        )
        #expect(findings == "")
    }
}
