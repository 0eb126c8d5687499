import Diagnostics
import Foundation
import PluginTestKit
import TestTags
import Testing

/// Numbers have their nouns in the right form, wherever they are printed.
@Suite(.tags(.process)) struct CountGrammarTests {
    @Test(arguments: [
        (0, "0 records"), (1, "1 record"), (2, "2 records"), (1_234_567, "1,234,567 records"), (-1, "-1 records"),
    ])
    func `a number is printed with its noun`(count: Int, text: String) {
        #expect(count.counted("record") == text)
    }

    @Test(arguments: [(0, "0 entries are"), (1, "1 entry is"), (2000, "2,000 entries are")])
    func `irregular forms are stated`(count: Int, text: String) {
        #expect(count.counted("entry is", plural: "entries are") == text)
    }

    /// Nouns that are written after numbers.
    private static let nouns = [
        "records", "times", "viewings", "pages", "days", "rows", "films", "items", "files", "columns", "entries",
        "values",
        "bytes", "plays", "lines", "ratings", "calls", "requests", "attempts", "hours", "minutes", "seconds",
        "accounts",
        "parts", "keys", "tables", "cells", "steps", "bookmarks", "answers", "lists", "shows", "titles", "pipelines",
        "checkpoints", "reviews", "tags", "characters", "elements", "episodes", "places", "jobs", "runs", "workers",
        "messages",
    ]

    /// What is no count of its own: `of 3 pages`, `at most 1 records` never comes to be, a rate, a length from 2 on.
    private static let exceptions = [
        "\\(1 << 25) bytes", "\\(entry.uncompressedSize) bytes", "\\(Redirect.limit) times",
        "\\(Self.short(seconds / 86_400)) days", "records/s", "\\(kind) calls",
        "\\(pages) pages of \\(routes.items), which",
        "\\(rejected) values",
    ]

    @Test func `no message of the sources has a plural after any number`() throws {
        // An interpolation with up to two parentheses in one another, a blank and a plural.
        let inner = #"(?:[^()]|\((?:[^()]|\([^()]*\))*\))*"#
        let pattern = try Regex(#"(\w+ )?\\\("# + inner + #"\) (?:"# + Self.nouns.joined(separator: "|") + #")\b"#)
        var found: [String] = []
        let sources = Program.repository + "/Sources"
        for path in try FileManager.default.subpathsOfDirectory(atPath: sources) where path.hasSuffix(".swift") {
            // What is said to authors of plugins whose tests fail is not said to users.
            guard !path.contains("PluginTestKit") else { continue }
            let text = try String(contentsOfFile: sources + "/" + path, encoding: .utf8)
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                guard line.contains("\\("), !line.drop(while: { $0 == " " }).hasPrefix("//"),
                    !line.contains("precondition"), !Self.exceptions.contains(where: { line.contains($0) })
                else { continue }
                for match in line.matches(of: pattern) {
                    let before = match.output[1].substring.map { String($0.dropLast()) } ?? ""
                    if ["of", "than", "last", "first", "most", "the", "at"].contains(before) { continue }
                    found.append("\(path):\(number + 1): \(line[match.range])")
                }
            }
        }
        #expect(found.isEmpty, "use counted(_:plural:): \(found.joined(separator: "\n"))")
    }

    @Test(arguments: [0, 1, 2])
    func `a run of a number of records is reported in the right form everywhere`(count: Int) throws {
        let folder = try TemporaryFolder()
        let sprocket = Program(folder: folder.path)
        try folder.write(
            """
            [run]
            on_reject = { limit = 10, keep = "rejects.jsonl" }
            [[source]]
            use = "generate"
            rows = \(max(count, 1))
            columns = ["id: sequence"]
            [[sink]]
            use = "csv"
            path = "out.csv"
            """,
            to: "pipelines/few.toml"
        )
        let limit = count == 0 ? ["--limit", "0"] : []
        let run = try Program.run(Program.path, ["run", "few"] + limit, in: folder.path)
        #expect(run.code == 0, "\(run.errors)")
        let id = try #require(try sprocket("history").output.split(separator: " ").first)
        let texts = [
            run.errors, try sprocket("history").output, try sprocket("history", String(id)).output,
            try sprocket("state", "show").output,
        ]
        for text in texts {
            #expect(!text.contains(/\b1 (records|pages|files|times|rows|bytes|answers|bookmarks)\b/), "\(text)")
            #expect(
                !text.contains(/(^|[^\d,.])(0|[2-9]|[\d,]*\d\d) (record|page|file|row|answer|bookmark)\b/),
                "\(text)"
            )
        }
        #expect(run.errors.contains(count == 1 ? "1 record " : "\(count) records "))
    }
}
