import Glibc
import PluginTestKit
import Testing

@testable import Platform

/// Patterns of paths.
@Suite struct GlobTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let found: String
        let testDescription: String

        init(_ pattern: String, finds found: String) {
            self.pattern = pattern
            self.found = found
            testDescription = pattern
        }
    }

    static let files = [
        "a.csv", "b.csv", "c.txt", ".hidden.csv", "part-1.csv", "part-2.csv", "part-x.csv", "x[1].csv", "in/d.csv",
        "in/deep/e.csv", "in/deep/f.jsonl", "in/.git/g.csv", "Ä.csv", "]", "-",
    ]

    static let cases = [
        Case("*.csv", finds: "a.csv b.csv part-1.csv part-2.csv part-x.csv x[1].csv Ä.csv"),
        Case("?.csv", finds: "a.csv b.csv Ä.csv"),
        Case("part-[0-9].csv", finds: "part-1.csv part-2.csv"),
        Case("part-[!0-9].csv", finds: "part-x.csv"),
        Case("part-[^1]*", finds: "part-2.csv part-x.csv"),
        Case("[ab].csv", finds: "a.csv b.csv"),
        Case("x[[]1].csv", finds: "x[1].csv"),
        Case("[]-]", finds: "- ]"),
        Case(".*.csv", finds: ".hidden.csv"),
        Case("*/*.csv", finds: "in/d.csv"),
        Case("**/*.csv", finds: "a.csv b.csv in/d.csv in/deep/e.csv part-1.csv part-2.csv part-x.csv x[1].csv Ä.csv"),
        Case("in/**", finds: "in/d.csv in/deep/e.csv in/deep/f.jsonl"),
        Case("in/**/*", finds: "in/d.csv in/deep/e.csv in/deep/f.jsonl"),
        Case("in/**/deep/*.jsonl", finds: "in/deep/f.jsonl"),
        Case("./in/*/*.csv", finds: "./in/deep/e.csv"),
        Case("*a*b*", finds: ""),
        Case("*r*-*s*", finds: "part-1.csv part-2.csv part-x.csv"),
        Case("none/*.csv", finds: ""),
        Case("a.csv/*", finds: ""),
        Case("[a-", finds: ""),
    ]

    @Test(arguments: cases)
    func `a pattern finds files, by the order of their bytes`(_ example: Case) throws {
        let folder = try TemporaryFolder(.inMemory)
        for file in Self.files { try folder.write("x", to: file) }
        // Folders that a link makes endless are not entered.
        symlink(folder.path, folder.path("in/deep/loop"))
        let found = try Glob("\(folder.path)/\(example.pattern)").files()
        #expect(found.map { $0.dropFirst(folder.path.utf8.count + 1) }.joined(separator: " ") == example.found)
        // Of a path, whether it exists or not, the same is said as by looking.
        for file in Self.files where !example.pattern.hasPrefix("./") {
            let path = "\(FileSystem.resolved(folder.path))/\(file)"
            let isFound = Glob("\(folder.path)/\(example.pattern)").finds(resolved: path)
            #expect(isFound == example.found.split(separator: " ").contains(Substring(file)))
        }
    }

    @Test(arguments: ["a*", "a?c", "[ab]", "x/*/y"])
    func `a path with wildcards is a pattern`(path: String) { #expect(Glob.isPattern(path)) }

    @Test func `a path without wildcards is none`() { #expect(!Glob.isPattern("a/b-c].csv")) }

    @Test func `a link to a file is followed, and folders and special files are left out`() throws {
        let folder = try TemporaryFolder(.inMemory)
        try folder.write("x", to: "one.csv")
        symlink(folder.path("one.csv"), folder.path("two.csv"))
        symlink(folder.path("nowhere"), folder.path("three.csv"))
        mkdir(folder.path("four.csv"), 0o700)
        mkfifo(folder.path("five.csv"), 0o600)
        #expect(try Glob(folder.path("*.csv")).files() == [folder.path("one.csv"), folder.path("two.csv")])
    }
}
