import Diagnostics
import Foundation
import PluginTestKit
import Platform
@testable import StateStore
import TestTags
import Testing

@Suite(.tags(.process, .waits)) struct PipelineLockTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a lock is taken once, given back, and taken again`() throws {
        let lock = try PipelineLock("films", in: folder.state)
        expect("environment.locked") { try PipelineLock("films", in: folder.state, patience: .zero) }
        let other = try PipelineLock("books", in: folder.state)
        let elsewhere = try PipelineLock("films", in: folder.path("elsewhere"))
        lock.release()
        lock.release()
        #expect(PipelineLock.holder(of: "films", in: folder.state) == nil)
        try PipelineLock("films", in: folder.state).release()
        other.release()
        elsewhere.release()
    }

    @Test func `a lock without a reference is given back`() throws {
        for _ in 0..<3 { _ = try PipelineLock("films", in: folder.state) }
    }

    @Test func `a second process is refused within a second, and the holder named`() throws {
        let child = try Child("lock", folder.state, "films")
        #expect(child.line() == "held \(child.pid)")
        var refused: Diagnostic?
        let time = ContinuousClock().measure {
            refused = #expect(throws: Diagnostic.self) { try PipelineLock("films", in: folder.state) }
        }
        #expect(time < .seconds(1))
        let since = try #require(PipelineLock.holder(of: "films", in: folder.state)).since
        #expect(abs(since / 1000 - Int64(Date.now.timeIntervalSince1970)) < 60)
        #expect(refused?.code == "environment.locked")
        #expect(
            refused?.message.hasPrefix("the pipeline 'films' is running already: process \(child.pid), since 20")
                == true
        )
        #expect(refused?.hint == "wait for it, or stop it: kill \(child.pid)")
        #expect(PipelineLock.holder(of: "films", in: folder.state)?.isAlive == true)

        #expect(child.finish() == 0)
        try PipelineLock("films", in: folder.state).release()
    }

    @Test func `two runs of one process exclude each other, and the message reports that`() throws {
        let lock = try PipelineLock("films", in: folder.state)
        let refused = #expect(throws: Diagnostic.self) {
            try PipelineLock("films", in: folder.state, patience: .zero)
        }
        #expect(
            refused?.message.hasPrefix("the pipeline 'films' is running already in this process, since 20") == true
        )
        lock.release()
    }

    @Test func `a signal that ends a process is noted in each lock that it holds`() throws {
        let child = try Child("note", folder.state)
        #expect(child.finish() == 143)
        let holders = ["films", "books", "plays"].map { PipelineLock.holder(of: $0, in: folder.state) }
        #expect(holders.map(\.?.signal) == [15, 15, nil])
        #expect(holders[0]?.pid == child.pid && holders[2] == nil)
    }

    @Test func `the lock of a process that was killed is free immediately`() throws {
        for _ in 0..<5 {
            let child = try Child("lock", folder.state, "films")
            #expect(child.line() == "held \(child.pid)")
            // Not even waited for: whoever types `kill -9 4711; sprocket run films` does not either.
            child.kill()
            let lock = try PipelineLock("films", in: folder.state)
            #expect(PipelineLock.holder(of: "films", in: folder.state)?.pid == getpid())
            lock.release()
        }
    }

    @Test func `a holder that was killed is known to be dead`() throws {
        let child = try Child("lock", folder.state, "films")
        #expect(child.line() == "held \(child.pid)")
        child.kill()
        _ = child.finish()
        let holder = try #require(PipelineLock.holder(of: "films", in: folder.state))
        #expect(holder.pid == child.pid)
        #expect(holder.isAlive == false)
    }

    @Test(
        arguments: [
            ("signal 02\n", 2), ("signal 15\n", 15), ("signal 0", nil), ("signal\n", nil), ("sig", nil), ("\u{0}", nil),
        ] as [(String, Int32?)]
    )
    func `the signal that ended a holder is read, and half a note is none`(note: String, signal: Int32?) throws {
        let child = try Child("lock", folder.state, "films")
        #expect(child.line() == "held \(child.pid)")
        #expect(PipelineLock.isHeld(of: "films", in: folder.state) == true)
        child.kill()
        _ = child.finish()
        #expect(PipelineLock.isHeld(of: "films", in: folder.state) == false)
        let path = folder.state + "/locks/films.lock"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try (text + note).write(toFile: path, atomically: false, encoding: .utf8)
        #expect(PipelineLock.holder(of: "films", in: folder.state)?.signal == signal)
        try PipelineLock("films", in: folder.state).release()
    }

    @Test func `of many that start at the same instant one gets the lock`() throws {
        for _ in 0..<3 {
            let children = try (0..<6).map { _ in try Child("lock", folder.state, "films") }
            let lines = children.map { $0.line() ?? "" }
            let holders = zip(children, lines).filter { $1.hasPrefix("held") }
            #expect(holders.count == 1, "\(lines)")
            let holder = try #require(holders.first).0
            for line in lines where !line.hasPrefix("held") {
                #expect(
                    line.contains("environment.locked: the pipeline 'films' is running already: process \(holder.pid),")
                )
            }
            for child in children { _ = child.finish() }
        }
    }

    struct Record: CustomTestStringConvertible {
        let testDescription: String
        let text: String
    }

    /// What a file may hold when nobody holds its lock.
    static let stale: [Record] = {
        let me = ProcessIdentity.current
        func holder(_ pid: Int32, _ boot: String, _ start: UInt64) -> String {
            LockHolder(process: ProcessIdentity(pid: pid, boot: boot, start: start, space: me.space), since: 0).text
        }
        return [
            Record(testDescription: "nothing", text: ""),
            Record(testDescription: "half a record", text: "sprocket lock 1\n47"),
            Record(testDescription: "zeros", text: String(repeating: "\0", count: 100)),
            Record(testDescription: "a process that is gone", text: holder(4_194_304, me.boot, 1)),
            Record(testDescription: "a number that is used again", text: holder(me.pid, me.boot, me.start - 1)),
            Record(testDescription: "another boot", text: holder(1, "earlier", 1)),
        ]
    }()

    @Test(arguments: stale) func `a record of somebody dead is in nobody's way`(record: Record) throws {
        try folder.write(record.text, to: "state/locks/films.lock")
        let lock = try PipelineLock("films", in: folder.state)
        #expect(PipelineLock.holder(of: "films", in: folder.state)?.process == .current)
        lock.release()
    }

    @Test func `a living process counts where the file system keeps no locks`() throws {
        let child = try Child("lock", folder.path("elsewhere"), "films")
        _ = child.line()
        // The same record without the kernel's lock.
        try folder.write(try folder.text(of: "elsewhere/locks/films.lock"), to: "state/locks/films.lock")
        expect("environment.locked") { try PipelineLock("films", in: folder.state) }
        child.kill()
        #expect(child.line() == nil)
        try PipelineLock("films", in: folder.state).release()
    }

    @Test(
        arguments: zip(
            stale.dropFirst(3),
            [
                "the pipeline 'films' was held by process 4194304, since 1970-01-01T00:00:00Z, which has ended",
                "the pipeline 'films' was held by process \(getpid()), since",
                "the pipeline 'films' was held by process 1, since",
            ]
        )
    )
    func `what a dead holder left is named`(record: Record, message: String) throws {
        try folder.write(record.text, to: "state/locks/films.lock")
        let path = folder.path("state/locks/films.lock")
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let refused = #expect(throws: Diagnostic.self) {
            try PipelineLock("films", in: folder.state, patience: .milliseconds(20))
        }
        #expect(refused?.code == "environment.locked")
        #expect(refused?.message.hasPrefix(message) == true, "\(refused?.message ?? "")")
    }

    @Test func `a child process does not inherit the lock`() throws {
        let lock = try PipelineLock("films", in: folder.state)
        let child = try Child("lock", folder.state, "books")
        _ = child.line()
        lock.release()
        try PipelineLock("films", in: folder.state).release()
        _ = child.finish()
    }

    @Test func `every name has a file of its own`() {
        let names = [
            "films", "Films", "a/b", "a%2fb", "..", ".", "", "é", String(repeating: "x", count: 300),
            String(repeating: "x", count: 299), String(repeating: "é", count: 300), "a b", "a\0b",
        ]
        let files = names.map(PipelineLock.fileName)
        #expect(Set(files).count == names.count)
        #expect(files.allSatisfy { $0.utf8.count <= 220 && !$0.contains("/") && !$0.contains("\0") })
        #expect(PipelineLock.fileName(of: "films") == "films")
        #expect(PipelineLock.fileName(of: "a/b") == "a%2fb")
    }
}
