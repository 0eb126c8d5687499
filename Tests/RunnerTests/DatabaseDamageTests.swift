import Foundation
import PluginTestKit
import TestTags
import Testing

/// Each database of a state folder in each way that it can be wrong: it is named as what it is, and never taken for a new
/// one.
@Suite(.tags(.process, .server)) struct DatabaseDamageTests {
    private let folder: TemporaryFolder
    private let account: AskedAccount

    /// A run that leaves all three.
    init() throws {
        folder = try TemporaryFolder()
        account = try AskedAccount(plays: 25)
        try folder.write(
            """
            [middleware.cache]
            use = "cache"
            store = "disk"
            ttl = "1d"
            \(account.source)
            [[sink]]
            use = "json-lines"
            path = "out/films.jsonl"
            on_existing = "replace"
            """,
            to: "films.toml"
        )
        #expect(try run().code == 0)
        for file in File.allCases {
            #expect(folder.files.contains(".sprocket/\(file.rawValue)"))
        }
    }

    private func run(_ words: String...) throws -> Program.Outcome {
        try Program.run(
            Program.path,
            ["run", "films.toml"] + words,
            in: folder.path,
            environment: account.environment(folder, [:])
        )
    }

    enum File: String, CaseIterable {
        case state = "state.db"
        case kept = "kept.db"
        case cache = "cache.db"

        /// The area of its codes.
        var area: String { String(rawValue.dropLast(3)) }
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// A script for Python, with the file's path as `path`.
        let script: String
        /// The problem, after the area; where it differs for the file, that comes in `others`.
        var problem = "corrupt"
        var foreign = false
        let words: String
    }

    static let damages = [
        Damage(testDescription: "0 bytes", script: "open(path, 'w')", words: "it is empty, with 0 bytes"),
        Damage(
            testDescription: "cut in the middle of its header",
            script: "os.truncate(path, 99)",
            words: "it has only 99 bytes"
        ),
        Damage(
            testDescription: "cut behind its first page",
            script: "os.truncate(path, 4096)",
            words: "malformed"
        ),
        Damage(
            testDescription: "a text",
            script: "open(path, 'w').write('not a database\\n' * 100)",
            foreign: true,
            words: "file is not a database"
        ),
        Damage(
            testDescription: "the database of another program",
            script: "os.remove(path); c = sqlite3.connect(path); c.execute('CREATE TABLE theirs (a)'); c.close()",
            foreign: true,
            words: "it is a database of another program"
        ),
        Damage(
            testDescription: "an empty database",
            script: "os.remove(path); c = sqlite3.connect(path); c.execute('VACUUM'); c.close()",
            foreign: true,
            words: "it is "
        ),
        Damage(
            testDescription: "a later version",
            script: "c = sqlite3.connect(path); c.execute('PRAGMA user_version = 99'); c.close()",
            problem: "newer",
            words: "format 99"
        ),
    ]

    private func damage(_ file: File, _ script: String) throws -> [UInt8] {
        let path = ".sprocket/\(file.rawValue)"
        let text = "import os, sqlite3\npath = '\(path)'\n\(script)"
        let outcome = try Program.run("/usr/bin/env", ["python3", "-c", text], in: folder.path)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try folder.bytes(of: path)
    }

    @Test(arguments: File.allCases, damages)
    func `is named as what it is, and left alone`(file: File, damage: Damage) throws {
        let bytes = try self.damage(file, damage.script)
        let published = try folder.text(of: "out/films.jsonl")
        let outcome = try run("--report", "r.json")
        let path = ".sprocket/\(file.rawValue)"
        // A cache that cannot be used costs time and nothing else.
        #expect(outcome.code == (file == .cache ? 0 : 3), "\(outcome.errors)")
        // The state has one word for damage and for what is not a state.
        let problem = damage.foreign && file != .state ? "foreign" : damage.problem
        let code = file == .cache ? "warning[cache.disk]" : "error[\(file.area).\(problem)]"
        #expect(outcome.errors.contains("\(path): \(code)"), "\(outcome.errors)")
        #expect(outcome.errors.contains(damage.words), "\(outcome.errors)")
        #expect(outcome.errors.contains("\n  hint: "))
        #expect(try folder.bytes(of: path) == bytes)
        #expect(try folder.text(of: "out/films.jsonl") == published)
        #expect(try folder.text(of: "r.json").hasPrefix("{\"sprocket\":"))
        #expect(try folder.text(of: "r.json").contains("\"ok\":\(file == .cache)"))
        // The way out that the message names: moved away, it is made anew.
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: folder.path(path + end)) }
        #expect(try run().code == 0)
    }

    @Test(arguments: File.allCases, ["-wal", "-journal"])
    func `a journal whose database is gone is not taken for nothing`(file: File, end: String) throws {
        let path = ".sprocket/\(file.rawValue)"
        try FileManager.default.moveItem(atPath: folder.path(path), toPath: folder.path(path + end))
        let outcome = try run()
        #expect(outcome.code == (file == .cache ? 0 : 3), "\(outcome.errors)")
        #expect(outcome.errors.contains("the file is gone, and its journal \(path)\(end) is still there"))
        #expect(!folder.files.contains(path))
    }

    @Test(
        .enabled(
            if: SmallDisk.isPossible,
            "a read-only folder needs 'unshare --user --mount', which this machine forbids"
        )
    )
    func `a state folder that may not be written to stops the run before it reads`() throws {
        let script = """
            mount --bind .sprocket .sprocket && mount -o remount,ro,bind .sprocket || exit 99
            exec "\(Program.path)" run films.toml
            """
        let outcome = try Program.run(
            "/usr/bin/env",
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
            in: folder.path,
            environment: account.environment(folder, [:])
        )
        #expect(outcome.code == 3)
        #expect(outcome.errors.contains("error[file.permission]: this file system is read-only"), "\(outcome.errors)")
    }
}
