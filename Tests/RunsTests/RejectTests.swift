import Pipelines
import Runs
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

@Suite struct RejectTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// Six records: the source rejects one, the transform two, the sink one.
    private func pipeline(_ policy: String) -> String {
        """
        name = "test"
        [run]
        \(policy)
        [[source]]
        use = "numbers"
        count = 7
        reject = [2]
        leave_out = [1]
        [[transform]]
        use = "only"
        reject = 3
        [[sink]]
        use = "lines"
        path = "@/a.txt"
        columns = ["n", "word"]
        reject = [4]
        """
    }

    struct Policy: CustomTestStringConvertible, Sendable {
        var testDescription: String { text.isEmpty ? "the default" : text }
        let text: String
        let ending: String
    }

    @Test(arguments: [
        Policy(text: "", ending: "more than 0 rejected"),
        Policy(text: "on_reject = { limit = 3 }", ending: "more than 3 rejected"),
        Policy(text: "on_reject = { limit = 4 }", ending: "published"),
        Policy(text: "on_reject = \"drop\"", ending: "published"),
        Policy(text: "on_reject = { limit = \"${env:N:-4}\" }", ending: "published"),
    ])
    func `a run publishes if no more are rejected than the file allows`(policy: Policy) async throws {
        let report = try await workshop.run(pipeline(policy.text))
        #expect(report.ending == policy.ending)
        #expect(workshop.folder.files == (policy.ending == "published" ? ["a.txt"] : []))
        #expect(report.rejected == 4)
        #expect(report.read == 7)
        #expect(report.isBalanced)
        #expect(
            report.rejections.map { "\($0.stage) \($0.code) \($0.reason) \($0.count)" } == [
                "numbers numbers.rejected 2 is not liked 1",
                "only only.rejected a multiple of 3 2",
                "lines lines.rejected no line for 4 1",
            ]
        )
        #expect(
            report.rejections.map { $0.examples[0].position } == [
                "page 0, record 2", "page 2, record 1", "page 2, record 2",
            ]
        )
        #expect(report.allowance == "on_reject = { limit = 4 } under [run]")
    }

    @Test(arguments: [
        ("share = \"50%\"", "published"), ("share = \"58%\"", "published"),
        ("share = \"57%\"", "more than 0.57 of all rejected"),
        ("limit = 9, share = \"1%\"", "more than 0.01 of all rejected"),
    ])
    func `a share of the records read may be rejected`(policy: String, ending: String) async throws {
        let report = try await workshop.run(pipeline("on_reject = { \(policy) }"))
        #expect(report.read == 7)
        #expect(report.rejected == 4)
        #expect(report.ending == (policy.hasPrefix("share = \"50") ? "more than 0.5 of all rejected" : ending))
    }

    /// Of 30 records in pages of two, 10 to 14 are rejected.
    @Test(arguments: [
        ("limit = 4, of_last = 10", "more than 4 of the last 10 rejected", 14),
        ("limit = 5, of_last = 10", "published", 30),
        ("limit = 2, of_last = 4", "more than 2 of the last 4 rejected", 12),
    ])
    func `a run stops when too many of the last records are rejected`(policy: String, ending: String, read: Int)
        async throws
    {
        let report = try await workshop.run(
            """
            [run]
            on_reject = { \(policy) }
            [[source]]
            use = "numbers"
            count = 30
            reject = [10, 11, 12, 13, 14]
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        )
        #expect(report.ending == ending)
        #expect(report.read == read)
    }

    @Test func `fail stops at the first, wherever it is`() async throws {
        let report = try await workshop.run(pipeline("on_reject = \"fail\""))
        #expect(report.ending == "more than 0 rejected")
        #expect(report.rejected == 1)
        #expect(report.read == 2)
        #expect(workshop.folder.files.isEmpty)
    }

    @Test(arguments: [4, 3])
    func `rejected records are kept to be looked at, whether the run publishes or not`(limit: Int) async throws {
        let report = try await workshop.run(
            pipeline("on_reject = { limit = \(limit), keep = \"@/rejects/{name}.jsonl\" }")
        )
        #expect(report.ending == (limit == 4 ? "published" : "more than 3 rejected"))
        #expect(report.rejectFile?.path == workshop.folder.path("rejects/test.jsonl"))
        #expect(report.rejectFile?.records == 4)
        #expect(
            try workshop.lines("rejects/test.jsonl") == [
                #"{"stage":"numbers","code":"numbers.rejected","reason":"2 is not liked","position":"page 0, record 2","attempt":1,"record":{"n":2,"word":"w2"}}"#,
                #"{"stage":"only","code":"only.rejected","reason":"a multiple of 3","position":"page 2, record 1","attempt":1,"record":{"n":3,"word":"w3"}}"#,
                #"{"stage":"lines","code":"lines.rejected","reason":"no line for 4","position":"page 2, record 2","attempt":1,"record":{"n":4,"word":"w4"}}"#,
                #"{"stage":"only","code":"only.rejected","reason":"a multiple of 3","position":"page 4, record 2","attempt":1,"record":{"n":6,"word":"w6"}}"#,
            ]
        )
        #expect(workshop.folder.files == (limit == 4 ? ["a.txt"] : []) + ["rejects/test.jsonl"])
    }

    @Test func `the variable of the limit is named as the way on`() async throws {
        let report = try await workshop.run(
            "[vars]\nrejects = 0\n"
                + pipeline("on_reject = { limit = \"${var:rejects}\" }")
                .replacing("name = \"test\"\n", with: "")
        )
        #expect(report.allowance == "-D rejects=4")
    }

    @Test func `a reject file that cannot be written is refused, and a sink may not take its path`() async throws {
        try workshop.folder.write("", to: "rejects")
        // Seen before anything is read.
        let problems = await #expect(throws: DiagnosticList.self) {
            try await workshop.run(pipeline("on_reject = { limit = 9, keep = \"@/rejects/x\" }"))
        }
        #expect(problems?.all.map(\.code) == ["file.not-a-folder"])
        let path = workshop.folder.path("rejects")
        #expect(problems?.all.first?.message == "\(path): this is a file, but a folder is needed here")
        let same = await #expect(throws: DiagnosticList.self) {
            try await workshop.run(pipeline("on_reject = { limit = 9, keep = \"@/a.txt\" }"))
        }
        #expect(same?.all.map(\.code) == ["pipeline.same-file"])
        #expect(!workshop.folder.files.contains("a.txt.part"))
    }

    @Test(arguments: [
        FindingCase(
            "a word that is none",
            "on_reject = \"skip\"",
            """
            p.toml:3:13: error[option.type]: expected { limit = 20, keep = "rejects/{name}.jsonl" }, "fail" or "drop", found the text "skip"
                3 | on_reject = "skip"
                  |             ^^^^^^
            """
        ),
        FindingCase(
            "a limit below zero",
            "on_reject = { limit = -1 }",
            """
            p.toml:3:23: error[option.range]: -1 is out of range
                3 | on_reject = { limit = -1 }
                  |                       ^^ allowed: 0 or more
            """
        ),
    ])
    func `what on_reject cannot be is refused`(wrong: FindingCase) async throws {
        let found = try await workshop.findings(pipeline(wrong.pipeline))
        #expect(found == wrong.findings)
    }
}
