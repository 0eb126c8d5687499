import Diagnostics
import Foundation
import PluginKit
import Records
import TestTags
import Testing

/// Another program reads the files: what it finds is what was put in.
@Suite(.tags(.fuzz, .process)) struct PythonTests {
    @Test func `Python's csv module reads every title as it was`() async throws {
        let titles = [
            "Heat", "Crouching Tiger, Hidden Dragon", "The \"Burbs\"", "\"", "\"\"", ",", "\",\"", "a\"", "\"b",
            "#Saraitda",
            "=SUM(A1)", "+1", "-", "@", "Amélie", "Ame\u{301}lie", "🎬👩‍👩‍👧🇨🇱", "千と千尋の神隠し", "Ἰλιάς", "שלום", "a\\b", "\\\\x",
            "; tab; | pipe", "'single'", " lead", "trail ", "nbsp\u{A0}", "\u{FEFF}bom", "line\u{2028}separator",
            "next\u{85}line", "%s %d {0}", "<b>&amp;</b>", String(repeating: "long \"title\", ", count: 200),
            "\u{10FFFF}",
        ]
        var random = SplitMix(seed: 11)
        let signs = Array("ab ,\"'\\;é🎬e\u{301}")
        let noise = (0..<300).map { _ -> String in
            let length = Int.random(in: 1...12, using: &random)
            return "n" + String((0..<length).map { _ in signs.randomElement(using: &random) ?? "x" }) + "n"
        }
        // A backslash before a quote is dropped on purpose, so there is none here.
        let all =
            titles
            + noise.map { $0.replacing("\\\"", with: "\"").replacing("\\\"", with: "\"") }.filter {
                !$0.contains("\\\"")
            }
        let found = try await titlesInPython(all)
        #expect(found.count == all.count)
        for (title, found) in zip(all, found) { #expect(Array(found.utf8) == Array(title.utf8)) }
    }

    @Test func `Python's csv module reads what had to be changed in its changed form`() async throws {
        #expect(
            try await titlesInPython(["two\r\nlines", "ends\\", "a\\\"b", "tab\tand\u{1}"]) == [
                "two lines", "ends", "a\"b", "tab and ",
            ]
        )
    }

    @Test func `Python's csv module finds a review's lines in one field`() async throws {
        let run = try await SinkRun([
            ["tmdb": 1, "watched_at": at("2020-01-01"), "review": "One \"1\",\r\n\r\ntwo", "tags": "a,b"],
            ["tmdb": 2, "watched_at": at("2020-01-02"), "review": "plain"],
        ])
        let rows = try Python.rows(of: run.files["films.csv"] ?? "")
        #expect(
            rows == [
                ["tmdbID", "imdbID", "Title", "Year", "WatchedDate", "Rating10", "Rewatch", "Tags", "Review"],
                ["1", "", "", "", "2020-01-01", "", "false", "a,b", "One &quot;1&quot;,\n\ntwo"],
                ["2", "", "", "", "2020-01-02", "", "false", "", "plain"],
            ]
        )
    }

    private func titlesInPython(_ titles: [String]) async throws -> [String] {
        let run = try await SinkRun(
            titles.enumerated().map { ["tmdb": .integer(Int64($0) + 1), "title": .text($1)] },
            "content = \"watchlist\""
        )
        let rows = try Python.rows(of: run.files["films.csv"] ?? "").dropFirst()
        #expect(rows.map { $0.first } == titles.indices.map { "\($0 + 1)" })
        return rows.map { $0.count == 4 ? $0[2] : "\($0.count) fields" }
    }
}

/// Python 3, which these tests need on the machine.
enum Python {
    /// The rows of a CSV text, as Python's csv module reads them.
    static func rows(of csv: String) throws -> [[String]] {
        let folder = try TemporaryFolder()
        let file = folder.path + "/in.csv"
        let written = OutputFile(file, suffix: "")
        _ = try written.write(Array(csv.utf8).span, at: 0)
        let script = """
            import csv, json, sys
            csv.field_size_limit(10**9)
            with open(sys.argv[1], encoding="utf-8", newline="") as file:
                json.dump(list(csv.reader(file, strict=True)), sys.stdout)
            """
        return try JSONDecoder().decode([[String]].self, from: output(of: ["-c", script, file]))
    }

    private static func output(of arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let output = Pipe()
        let complaints = Pipe()
        process.standardOutput = output
        process.standardError = complaints
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        let words = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            // 127 is how `env` says that there is no such program.
            throw Diagnostic(
                "test.python",
                message: process.terminationStatus == 127 ? "this test needs Python 3, and there is no python3" : words,
                hint: "install it: apt-get install python3, dnf install python3 or brew install python"
            )
        }
        return data
    }
}
