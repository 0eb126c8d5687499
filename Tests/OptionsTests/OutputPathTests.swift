import Options
import PluginKit
import Testing

@Suite struct OutputPathTests {
    private let run = RunIdentity(
        pipeline: "films {date}",
        id: "20260102T030405Z-1",
        date: "2026-01-02",
        time: "030405"
    )

    @Test(arguments: [
        ("out/{name}.csv", 1, 1, "out/films {date}.csv"), ("{date}-{time}.csv", 1, 1, "2026-01-02-030405.csv"),
        ("{run}/{run}", 1, 1, "20260102T030405Z-1/20260102T030405Z-1"), ("a-{part}.csv", 1, 1, "a-01.csv"),
        ("a-{part}.csv", 7, 12, "a-07.csv"), ("a-{part}.csv", 7, 120, "a-007.csv"), ("a.csv", 2, 3, "a-02.csv"),
        ("v1.2/a", 2, 3, "v1.2/a-02"), ("x/.hidden", 2, 3, "x/.hidden-02"), ("a.tar.gz", 12, 12, "a-12.tar.gz"),
        ("a.zst", 2, 3, "a-02.zst"),
        ("a.csv", 1, 1, "a.csv"),
    ])
    func `a path is filled in once, and parts are numbered`(pattern: String, part: Int, parts: Int, path: String) {
        #expect(OutputPath(pattern).path(in: run, part: part, of: parts) == path)
    }

    @Test func `parts that begin simultaneously, in containers with one process number, have identities of their own`()
    {
        let ids = (1...12).map { RunIdentity.now(pipeline: "a", partition: "\($0)of12").id }
        for (part, id) in zip(1..., ids) { #expect(id.hasSuffix("-p\(part)")) }
    }

    @Test func `a run has an identity of its own, in a form that sorts by time`() {
        let identities = (0..<3).map { _ in RunIdentity.now(pipeline: "a") }
        #expect(Set(identities.map(\.id)).count == 3)
        for identity in identities {
            #expect(identity.id.wholeMatch(of: /\d{8}T\d{6}Z-\d+(-\d+)?/) != nil)
            #expect(identity.date.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil)
            #expect(identity.time.wholeMatch(of: /\d{6}/) != nil)
        }
    }
}
