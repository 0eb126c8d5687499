import Diagnostics
import Foundation
import TOML
import TOMLSamples
import Testing

@Suite struct HostileTests {
    @Test(arguments: HostileDocument.all(size: 60_000))
    func `a hostile document gets a clean answer`(hostile: HostileDocument) {
        let (document, problems) = TOMLDocument.recovering(hostile.bytes, name: "x")
        #expect(problems.all.first?.code.name == hostile.code.map { "toml.\($0)" })
        #expect(problems.all.count <= 20)
        for problem in problems { #expect(problem.rendered().utf8.count < 2000) }
        _ = document.taggedJSON()
    }

    @Test func `every document of the fuzzer's corpus gets a clean answer`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fuzzing/TOMLCorpus")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 10)
        for file in files {
            let bytes = try contents(of: file)
            for version in TOMLVersion.allCases {
                let (document, problems) = TOMLDocument.recovering(bytes, name: "x", options: .init(version: version))
                for problem in problems { _ = problem.rendered() }
                _ = plain(document.root)
            }
        }
    }
}
