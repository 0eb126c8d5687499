import Glibc
import PluginKit
import PluginTestKit
import TestTags
import Testing

@testable import InputFiles

/// Which files are read.
@Suite struct InputFilesTests {
    private let folder: TemporaryFolder
    private let bench = Bench()

    init() throws {
        folder = try TemporaryFolder(.inMemory)
        for name in ["b.csv", "a.csv", ".hidden", "sub/c.csv", "x[1].csv"] { try folder.write(name, to: name) }
    }

    private func names(_ patterns: String..., allowsNone: Bool = false) async throws -> [String] {
        let patterns = InputPatterns(try patterns.map { try InputPattern(folder.path($0)) })
        let files = try InputFiles(patterns, in: bench.context, allowsNone: allowsNone)
        return try await files.entries().map { String($0.name.dropFirst(folder.path.utf8.count + 1)) }
    }

    @Test func `files are read in the order of the patterns, and then of their bytes`() async throws {
        #expect(try await names("b.csv", "*.csv") == ["b.csv", "a.csv", "x[1].csv"])
        #expect(try await names("*.csv", "b.csv") == ["a.csv", "b.csv", "x[1].csv"])
    }

    @Test(arguments: [
        (["a.csv", "./a.csv"], ["a.csv"]), (["sub/../a.csv", "*.csv"], ["sub/../a.csv", "b.csv", "x[1].csv"]),
        (["sub", "sub/./c.csv", "sub//c.csv"], ["sub/c.csv"]), (["link.csv", "b.csv"], ["link.csv"]),
    ])
    func `a file that two patterns find is read once`(patterns: [String], names: [String]) async throws {
        if patterns.contains("link.csv") { #expect(symlink(folder.path("b.csv"), folder.path("link.csv")) == 0) }
        let files = try InputFiles(
            InputPatterns(try patterns.map { try InputPattern(folder.path($0)) }),
            in: bench.context
        )
        #expect(try await files.entries().map(\.name) == names.map(folder.path))
    }

    @Test(arguments: ["", "."])
    func `of a folder, the files are read that are directly in it`(path: String) async throws {
        let prefix = path.isEmpty ? "" : "./"
        #expect(try await names(path) == ["a.csv", "b.csv", "x[1].csv"].map { prefix + $0 })
        #expect(try await names("sub/") == ["sub/c.csv"])
    }

    @Test func `the share before a place counts the bytes of all files`() async throws {
        func files(_ pattern: String) throws -> InputFiles {
            try InputFiles(InputPatterns([try InputPattern(folder.path(pattern))]), in: bench.context)
        }
        // Files of 5, 5 and 8 bytes.
        let several = try files("*.csv")
        #expect(several.share(before: 0, offset: 0) == nil)
        _ = try await several.entries()
        #expect(several.share(before: 0, offset: 0) == 0)
        #expect(several.share(before: 1, offset: 2) == 7.0 / 18)
        #expect(several.share(before: 2, offset: 8) == 1)
        // More than the file had, and an offset that is none of its bytes.
        #expect(several.share(before: 0, offset: 100) == 5.0 / 18)
        #expect(several.share(before: 1, offset: nil) == 5.0 / 18)
        #expect(several.share(before: 3, offset: 0) == nil)
        let one = try files("a.csv")
        _ = try await one.entries()
        #expect(one.share(before: 0, offset: 1) == 0.2)
        #expect(one.share(before: 0, offset: nil) == nil)
    }

    @Test func `of a packed file, nothing counts before its end`() async throws {
        try folder.write(PackedBytes.gzip(Array("0123456789".utf8)), to: "1.gz")
        try folder.write("0123456789", to: "2.gz")
        let files = try InputFiles(InputPatterns([try InputPattern(folder.path("*.gz"))]), in: bench.context)
        let entries = try await files.entries()
        _ = try await files.open(entries[0])
        let size = try #require(entries[0].size)
        #expect(files.share(before: 0, offset: 5) == 0)
        #expect(files.share(before: 1, offset: 5) == Double(size + 5) / Double(size + 10))
    }

    @Test func `a file that has wildcards in its name is that file`() async throws {
        #expect(try await names("x[1].csv") == ["x[1].csv"])
    }

    @Test func `a pattern without files is an error, unless that is allowed`() async throws {
        #expect(try await names("*.json", allowsNone: true) == [])
        let error = await #expect(throws: Diagnostic.self) { try await names("*.json") }
        #expect(error?.code == "input.no-files")
        #expect(error?.message == "no file has a path with this pattern")
        mkdir(folder.path("empty"), 0o700)
        let other = await #expect(throws: Diagnostic.self) { try await names("empty") }
        #expect(other?.message == "there is no file in this folder")
    }

    @Test func `a missing file is an error, whatever is allowed`() async throws {
        let error = await #expect(throws: Diagnostic.self) { try await names("none.csv", allowsNone: true) }
        #expect(error?.code == "file.missing")
    }

    @Test func `the fingerprint changes with the files`() async throws {
        func fingerprint() async throws -> String? {
            try await InputFiles.trial(folder.path("*.csv"), context: bench.context).fingerprint
        }
        let before = try await fingerprint()
        #expect(try await fingerprint() == before)
        try folder.write("more", to: "a.csv")
        let changed = try await fingerprint()
        #expect(changed != before)
        try folder.write("new", to: "z.csv")
        #expect(try await fingerprint() != changed)
    }

    // MARK: Options

    private struct Options: OptionGroup {
        @Option("Files.") var path: InputPatterns
        init() {}
    }

    @Test(arguments: [
        ("path = \"a.csv\"", "\"a.csv\""), ("path = [\"a.csv\", \"in/*.gz\"]", "[\"a.csv\", \"in/*.gz\"]"),
        ("path = [\"a.csv\"]", "[\"a.csv\"]"),
        ("path = \"https://example.org/a.csv\"", "\"https://example.org/a.csv\""),
        ("path = \"-\"", "\"-\""),
    ])
    func `patterns are written as a text or a list`(text: String, literal: String) throws {
        #expect(try bench.options(Options.self, from: text).path.literal == literal)
    }

    @Test(arguments: [
        ("path = []", "this list is empty", "option.path"), ("path = \"\"", "this path is empty", "option.path"),
        ("path = [\"a\", \"\"]", "this path is empty", "option.path"),
        (
            "path = 7", "expected a path, found the number 7", "option.type"
        ),
        (
            "path = \"~/a\"", "only a shell expands '~', and it did not expand it here: ~/a", "option.home"
        ),
        (
            "path = \"http://\"", "'http://' is not an address of a web server: it has no host", "url.invalid"
        ),
    ])
    func `wrong patterns are refused`(text: String, message: String, code: String) {
        let error = #expect(throws: DiagnosticList.self) { try bench.options(Options.self, from: text) }
        #expect(error?.all.first?.message == message)
        #expect(error?.all.first?.code == Diagnostic.Code(code))
    }

    @Test func `the files of a pattern are protected, and addresses are not files`() throws {
        let options = try bench.options(
            Options.self,
            from: "path = [\"\(folder.path("a.csv"))\", \"\(folder.path("*.csv"))\", \"http://x.org/a\", \"-\"]"
        )
        let uses = options.declaredFiles.map { file in
            switch file.use {
            case .reads(let path): "reads \(path.path.split(separator: "/").last ?? "")"
            case .readsAll(let glob): "reads all \(glob.pattern.split(separator: "/").last ?? "")"
            case .readsStandardInput: "standard input"
            default: "other"
            }
        }
        #expect(uses == ["reads a.csv", "reads all *.csv", "standard input"])
    }
}
