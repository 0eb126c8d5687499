import Database
import Diagnostics
import Foundation
import PluginKit
import PluginTestKit
import StandardCache
import TestTags
import Testing

/// What stands in the way of a cache on the disk costs answers, and one warning, and nothing else.
@Suite(.tags(.crash, .fuzz, .process)) struct DiskDamageTests {
    private let folder: TemporaryFolder
    private let log = StageLog()

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.path("cache.db") }

    private func fill() async {
        let cache = LoggedStore(DiskCache(path, packs: false))
        for number in 0..<100 {
            await cache.keep(CacheEntry([UInt8](repeating: UInt8(number), count: 3000)), of: "\(number)")
        }
        await cache.finish()
    }

    @Test func `a file that is something else is left alone, and reported once`() async throws {
        let text = String(repeating: "not a cache\n", count: 100)
        try folder.write(text, to: "cache.db")
        let cache = LoggedStore(DiskCache(path), log)
        for _ in 0..<3 {
            #expect(await cache.entry(of: "a", at: 0) == nil)
            await cache.keep(CacheEntry([1]), of: "a")
            await cache.finish()
        }
        #expect(try folder.text(of: "cache.db") == text)
        #expect(
            log.all.map { $0.rendered() } == [
                """
                \(path): warning[cache.disk]: the cache does not work fully, and the run continues: this is not a cache of \
                sprocket: file is not a database
                  hint: choose another path
                """
            ]
        )
        #expect(cache.figures.failed > 0)
    }

    @Test func `a folder that may not be written to is reported once`() async throws {
        try folder.write("a file", to: "in the way")
        let cache = LoggedStore(DiskCache(folder.path("in the way/cache.db")), log)
        await cache.keep(CacheEntry([1]), of: "a")
        await cache.finish()
        await cache.keep(CacheEntry([1]), of: "b")
        await cache.finish()
        #expect(await cache.entry(of: "a", at: 0) == nil)
        #expect(log.all.map(\.code) == ["cache.disk"])
    }

    @Test(arguments: 1...10)
    func `whatever happens to the bytes of the file, an answer is whole or not there`(seed: UInt64) async throws {
        await fill()
        var bytes = try folder.bytes(of: "cache.db")
        var numbers = SeededNumbers(seed: seed)
        for _ in 0..<40 { bytes[numbers.next(in: 100...bytes.count - 1)] ^= UInt8(1 << numbers.next(below: 8)) }
        for name in folder.files { FileSystem.remove(folder.path(name)) }
        try folder.write(bytes, to: "cache.db")
        let cache = LoggedStore(DiskCache(path, packs: false), log)
        for number in 0..<100 {
            let entry = await cache.entry(of: "\(number)", at: 0)
            #expect(entry == nil || entry?.bytes == [UInt8](repeating: UInt8(number), count: 3000))
            await cache.keep(CacheEntry([1]), of: "new \(number)")
        }
        await cache.finish()
        #expect(log.all.count <= 1)
    }

    @Test func `an answer whose checksum is wrong goes, and the others stay`() async throws {
        await fill()
        var bytes = try folder.bytes(of: "cache.db")
        let place = try #require(
            bytes.indices.first { Array(bytes[$0...].prefix(64)) == [UInt8](repeating: 7, count: 64) }
        )
        bytes[place + 20] = 8
        try folder.write(bytes, to: "cache.db")
        let cache = LoggedStore(DiskCache(path), log)
        #expect(await cache.entry(of: "7", at: 0) == nil)
        await cache.finish()
        #expect(cache.figures.entries == 99)
        #expect(await cache.entry(of: "8", at: 0) != nil)
        #expect(log.all.isEmpty)
    }

    @Test(arguments: 1...6)
    func `a process that is killed while it writes leaves whole answers`(rounds: Int) async throws {
        let child = Process()
        let output = Pipe()
        child.executableURL = URL(fileURLWithPath: Self.program)
        child.arguments = [path, "child", "1000000"]
        child.standardOutput = output
        try child.run()
        var certain = 0
        for _ in 0..<rounds * 3 {
            certain = Int(try #require(output.fileHandleForReading.line())) ?? 0
        }
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        let cache = LoggedStore(DiskCache(path), log)
        for number in 0..<certain + 200 {
            let entry = await cache.entry(of: "child \(number)", at: 0)
            let whole = (0..<(number * 37 % 9000)).map { UInt8(truncatingIfNeeded: $0 &+ number) }
            #expect(number < certain ? entry?.bytes == whole : entry == nil || entry?.bytes == whole)
        }
        await cache.keep(CacheEntry([1]), of: "mine")
        await cache.finish()
        #expect(await LoggedStore(DiskCache(path)).entry(of: "mine", at: 0)?.bytes == [1])
        #expect(log.all.isEmpty)
    }

    @Test func `a process that opens and closes the file takes nothing from one that has it open`() async throws {
        let (child, output, input) = (Process(), Pipe(), Pipe())
        child.executableURL = URL(fileURLWithPath: Self.program)
        child.arguments = [path, "child", "100", "stay"]
        child.standardOutput = output
        child.standardInput = input
        try child.run()
        while let line = output.fileHandleForReading.line(), line != "0" {}
        // It has written, and read over connections of its own; now others come and go.
        #expect(try run([path, "other", "20"]).code == 0)
        // Who closes the file and takes itself for the last one removes the journal.
        #expect(try run([path, "", "0", "show"]).output == "120\n")
        input.fileHandleForWriting.write(Data("\n".utf8))
        while let line = output.fileHandleForReading.line(), line != "200" {}
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        let cache = LoggedStore(DiskCache(path), log)
        var there = 0
        for number in 0..<200 where await cache.entry(of: "child \(number)", at: 0) != nil { there += 1 }
        for number in 0..<20 where await cache.entry(of: "other \(number)", at: 0) != nil { there += 1 }
        #expect(there == 220)
        await cache.finish()
        #expect(log.all.isEmpty)
        let connection = try Connection(path: path, patience: .seconds(5), problems: AnyProblem.self)
        #expect(try connection.rows("PRAGMA integrity_check") { $0.text(0) } == ["ok"])
    }

    @Test func `looking at a file that is open costs nobody the file`() async throws {
        let cache = LoggedStore(DiskCache(path), log)
        for number in 0..<20 { await cache.keep(CacheEntry([1]), of: "\(number)") }
        await cache.finish()
        let file = CacheFile(path)
        #expect(file.bytes > 0)
        #expect(try file.contents(at: 0).first?.entries == 20)
        #expect(try run([path, "other", "20"]).code == 0)
        // Were the locks gone, this one would take the journal away.
        #expect(try run([path, "", "0", "show"]).output == "40\n")
        await cache.keep(CacheEntry([1]), of: "new")
        await cache.finish()
        let later = try run([path, "other", "20", "look"])
        #expect(later.output == "20\n")
        #expect(try file.contents(at: 0).map(\.entries) == [21, 20])
        #expect(log.all.isEmpty)
    }

    @Test func `on a full disk answers are found, and everything can be deleted`() async throws {
        await fill()
        #expect(folder.files == ["cache.db"])
        // A file may not become longer than it is: to SQLite that is a disk without room.
        let found = try run([path, "none", "1", "look"], isFull: true)
        #expect(found.output == "0\n")
        let child = try run([path, "child", "20"])
        #expect(child.code == 0)
        #expect(try run([path, "child", "20", "look"], isFull: true).output == "20\n")
        #expect(try run([path, "child", "20", "look"], isFull: true).code == 0)
        #expect(try run([path, "other", "20"], isFull: true).code == 1)
        #expect(try run([path, "child", "20", "look"]).output == "20\n")
    }

    struct Stranger: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
    }

    static let strangers = [
        Stranger(testDescription: "a text", bytes: Array(String(repeating: "not a cache\n", count: 100).utf8)),
        Stranger(testDescription: "a short text", bytes: Array("not a cache".utf8)),
        Stranger(
            testDescription: "a header and nothing else",
            bytes: Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0, count: 4000)
        ),
    ]

    @Test(arguments: strangers)
    func `what does not say that it is a cache is left where it is`(stranger: Stranger) throws {
        try folder.write(stranger.bytes, to: "cache.db")
        let problem = #expect(throws: Diagnostic.self) { try CacheFile(path).clear() }
        #expect(problem?.code == "cache.foreign")
        #expect(problem?.hint == "choose another path")
        #expect(try folder.bytes(of: "cache.db") == stranger.bytes)
        // In the place that is for caches it was one.
        #expect(try CacheFile(path, isOwn: true).clear().isRemoved)
        #expect(folder.files.isEmpty)
    }

    @Test func `the database of another program is no cache, damaged or not`() throws {
        try folder.write([], to: "cache.db")
        let other = try Connection(path: path, patience: .seconds(1), problems: AnyProblem.self)
        try other.script("PRAGMA application_id = 7; CREATE TABLE films (title TEXT)")
        #expect(throws: Diagnostic.self) { try CacheFile(path).contents(at: 0) }
        var bytes = try folder.bytes(of: "cache.db")
        for place in 100..<bytes.count { bytes[place] ^= 0x55 }
        try folder.write(bytes, to: "other.db")
        let problem = #expect(throws: Diagnostic.self) { try CacheFile(folder.path("other.db")).clear() }
        #expect(problem?.code == "cache.foreign")
        #expect(folder.files.contains("other.db"))
    }

    @Test func `several processes write simultaneously, and nothing is lost`() async throws {
        let children = try ["a", "b"].map { name in
            let child = Process()
            child.executableURL = URL(fileURLWithPath: Self.program)
            child.arguments = [path, name, "300"]
            child.standardOutput = FileHandle.nullDevice
            try child.run()
            return child
        }
        let cache = LoggedStore(DiskCache(path), log)
        for number in 0..<300 { await cache.keep(CacheEntry([1]), of: "mine \(number)") }
        await cache.finish()
        for child in children {
            child.waitUntilExit()
            #expect(child.terminationStatus == 0)
        }
        for number in 0..<300 {
            for name in ["a", "b", "mine"] { #expect(await cache.entry(of: "\(name) \(number)", at: 0) != nil) }
        }
        await cache.finish()
        #expect(cache.figures.entries == 900)
        #expect(log.all.isEmpty)
    }

    /// Runs the program to its end.
    private func run(_ arguments: [String], isFull: Bool = false) throws -> (code: Int32, output: String) {
        let (child, output) = (Process(), Pipe())
        child.executableURL = URL(fileURLWithPath: isFull ? "/bin/sh" : Self.program)
        let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""
        child.arguments = isFull ? ["-c", script, Self.program] + arguments : arguments
        child.standardOutput = output
        try child.run()
        var lines: [String] = []
        while let line = output.fileHandleForReading.line() { lines.append(line) }
        child.waitUntilExit()
        return (child.terminationStatus, lines.last.map { "\($0)\n" } ?? "")
    }

    /// Problems of a database that is nobody's.
    private enum AnyProblem: DatabaseProblems {
        static let area = "test"
        static let content = "the database"
        static func corrupt(_ path: String, detail: String) -> Diagnostic { failed(path, detail: detail) }
    }

    /// The program that was built with these tests: it lies beside them.
    private static let program: String = {
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appendingPathComponent("CacheProgram").path
            if FileManager.default.isExecutableFile(atPath: program) { return program }
            folder.deleteLastPathComponent()
        }
        return "CacheProgram"
    }()
}

extension FileHandle {
    /// The next line; nil if there is none.
    fileprivate func line() -> String? {
        var bytes: [UInt8] = []
        while let byte = try? read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}
