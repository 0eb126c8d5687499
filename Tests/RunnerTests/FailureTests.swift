import Foundation
import PluginTestKit
import TestTags
import Testing

/// What must never happen: a file under its final name after a run that failed, and a failure without a word to a person.
@Suite(.tags(.process)) struct FailureTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func run(_ more: String...) throws -> Program.Outcome {
        let arguments = ["run", "trakt-export-to-letterboxd", "-D", "export=export.zip", "-D", "zone=UTC"] + more
        return try Program.run(Program.path, arguments, in: work.folder.path)
    }

    private func expectNothingPublished(_ folder: String = "exports", butParts: [String] = []) {
        #expect(work.files(in: folder) == butParts)
    }

    private static let history = "[\(Workplace.play(1, at: "2026-01-01T20:00:00.000Z"))]"

    @Test func `a truncated ZIP`() throws {
        try work.export(["watched-history-1.json": Self.history])
        let whole = try work.folder.bytes(of: "export.zip")
        try work.folder.write(Array(whole.dropLast(40)), to: "export.zip")
        let outcome = try run()
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("export.zip: error[zip.truncated]"))
        #expect(outcome.errors.contains("hint: "))
        expectNothingPublished()
    }

    @Test(arguments: ["<!DOCTYPE html><html><body>Log in</body></html>", "", "PK", "{\"error\": 1}"])
    func `a file that is no ZIP`(content: String) throws {
        try work.folder.write(content, to: "export.zip")
        let outcome = try run()
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("error[zip."))
        expectNothingPublished()
    }

    @Test func `an export that is not there`() throws {
        let outcome = try run()
        #expect(outcome.code == 3)
        #expect(outcome.errors.contains("export.zip: error[file.missing]: there is no such file or folder"))
        expectNothingPublished()
    }

    @Test func `JSON cut in the middle`() throws {
        try work.export([
            "watched-history-1.json": Self.history, "watched-history-2.json": String(Self.history.dropLast(30)),
        ])
        let outcome = try run()
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("export.zip › watched-history-2.json: error[json.truncated]"))
        #expect(outcome.errors.contains("record 1"))
        expectNothingPublished()
    }

    @Test func `a play without a film is named and nothing is published without leave`() throws {
        try work.export([
            "watched-history-1.json":
                #"[\#(Workplace.play(1, at: "2026-01-01T20:00:00.000Z")),{"id":77,"watched_at":"2026-01-02T20:00:00.000Z","type":"movie","movie":null}]"#
        ])
        let refused = try run()
        #expect(refused.code == 4)
        #expect(refused.errors.contains("watched-history-1.json, record 2"))
        #expect(refused.errors.contains("-D rejects=1"))
        expectNothingPublished(butParts: ["diary.csv.spool"])

        // What was read is not read again: the run goes on at its end.
        let allowed = try run("-D", "rejects=1")
        #expect(allowed.code == 0)
        #expect(allowed.errors.contains("resumed at checkpoint 1, attempt 2"))
        #expect(work.files() == ["diary.csv"])
        #expect(try work.csv("exports/diary.csv").count == 1)
    }

    @Test func `a folder that cannot be written to`() throws {
        try work.export(["watched-history-1.json": Self.history])
        try work.folder.write("a file", to: "taken")
        let outcome = try run("-D", "out=taken/here")
        #expect(outcome.code == 3)
        #expect(outcome.errors.contains("error[file.not-a-folder]"))
        // Root may write anywhere but where the kernel itself says no.
        let forbidden = try run("-D", "out=/proc/sprocket")
        #expect(forbidden.code == 3)
        #expect(forbidden.errors.contains("/proc/sprocket"))
        expectNothingPublished()
    }

    @Test(.enabled(if: SmallDisk.isPossible, "a small disk needs 'unshare --user --mount', which this machine forbids"))
    func `a full disk`() throws {
        let plays = (1...6000).map { Workplace.play($0, at: "2026-01-01T20:00:00.000Z", id: $0) }
        try work.export(["watched-history-1.json": "[\(plays.joined(separator: ","))]"])
        for kilobytes in [4, 64, 256] {
            let outcome = try SmallDisk(kilobytes: kilobytes).run(
                "\(Program.path) run trakt-export-to-letterboxd -D export=export.zip -D zone=UTC -D out=disk/out",
                in: work.folder.path
            )
            #expect(outcome.code == 3, "\(kilobytes) KiB: \(outcome.errors)")
            #expect(outcome.errors.contains("error[file.disk-full]: the disk is full"), "\(kilobytes) KiB")
            #expect(outcome.output == "", "left on the disk of \(kilobytes) KiB: \(outcome.output)")
        }
    }

    @Test func `a signal stops a run, and nothing is published`() throws {
        try work.addWaitingPipeline()
        let script = """
            "\(Program.path)" run waiting & pid=$!
            until [ -s .sprocket/locks/waiting.lock ]; do sleep 0.02; done
            sleep 0.3; kill -TERM $pid; sleep 0.1; kill -TERM $pid; wait $pid; echo $?
            """
        let outcome = try Program.run("/bin/sh", ["-c", script], in: work.folder.path)
        #expect(outcome.output.hasSuffix("143\n"))
        #expect(work.files().allSatisfy { $0.hasSuffix(".part") })
    }

    @Test func `an export with missing parts is refused, or read with a loud word of what is missing`() throws {
        try work.export([
            "watched-history-1.json": Self.history,
            "_errors.json": #"[{"endpoint":"/users/me/history","error":"500","fetchedPages":1,"totalPages":3}]"#,
        ])
        let refused = try run()
        #expect(refused.code == 1)
        #expect(refused.errors.contains("error[trakt-export.partial]: THE EXPORT IS NOT COMPLETE"))
        expectNothingPublished()
        let outcome = try run("-D", "partial=warn", "--report", "report.json")
        #expect(outcome.code == 0)
        #expect(
            outcome.errors.contains(
                "THE EXPORT IS NOT COMPLETE: Trakt could not export /users/me/history, 1 of 3 pages are there (500)"
            )
        )
        #expect(try work.folder.text(of: "report.json").contains("THE EXPORT IS NOT COMPLETE"))
    }
}

/// A disk of a few kilobytes, mounted for one command where only it sees it.
struct SmallDisk {
    let kilobytes: Int

    static let isPossible: Bool = {
        let outcome = try? SmallDisk(kilobytes: 4).run("true", in: "/tmp")
        return outcome?.code == 0
    }()

    /// Runs a command with the disk mounted as `disk` in a folder; the output is the files that it left there.
    func run(_ command: String, in folder: String) throws -> Program.Outcome {
        let script = """
            mkdir -p disk && mount -t tmpfs -o size=\(kilobytes)k tmpfs disk || exit 99
            \(command) >/dev/null; code=$?
            find disk -type f; umount disk; exit $code
            """
        return try Program.run(
            "/usr/bin/env",
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
            in: folder
        )
    }
}
