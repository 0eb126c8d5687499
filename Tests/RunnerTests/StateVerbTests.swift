import Foundation
import PluginKit
import PluginTestKit
import StateStore
import TestTags
import Testing

/// `sprocket state show` and `sprocket state reset`.
@Suite(.tags(.crash, .process)) struct StateVerbTests {
    private let long: LongRun

    init() throws { long = try LongRun() }

    private var sprocket: Program { long.work.sprocket }

    /// A run of a pipeline that is complete and has left bookmarks.
    private func complete(_ pipeline: String, _ bookmarks: [Bookmark]) throws {
        let store = try RunStore(in: long.work.folder.path(".sprocket"))
        let run = RunIdentity(pipeline: pipeline, id: "20260101T000000Z-1", date: "2026-01-01", time: "000000")
        try store.begin(run, configuration: "x", at: 1_767_225_600_000)
        try store.complete(run, report: "{}", bookmarks: bookmarks, at: 1_767_225_605_000)
    }

    @Test func `without a state there is nothing to show`() throws {
        #expect(try sprocket("state", "show").output == "no state is stored yet\n")
        #expect(!long.work.folder.files.contains { $0.hasPrefix(".sprocket") })
    }

    @Test func `a run that was cut off is shown with where it is and what it has begun`() throws {
        try long.startAndKill()
        let text = try sprocket("state", "show", "long").output
        #expect(text.contains(#/^long\n  last run [0-9TZ-]+: died: the process [0-9]+ is gone\n/#), "\(text)")
        #expect(text.contains(#/\n  checkpoint [0-9]+; the next run continues from here\n/#))
        #expect(text.contains(#/\n    generate  [0-9,]+ pages, [0-9,]+ records; continues at '[0-9]+'\n/#))
        #expect(text.contains(#/\n    out/films.csv.part +[0-9,]+ records +[0-9.]+ k?B/#))
        let checkpoint = try shown()
        let source = try #require(checkpoint.sources.first)
        #expect(source.read == source.pages * 4)
        #expect(checkpoint.parts.first?.path == "out/films.csv.part")
        #expect(checkpoint.parts.first?.records == source.read)
    }

    /// What `--json` has of a checkpoint.
    private struct Shown: Decodable {
        struct Pipeline: Decodable { let checkpoint: Checkpoint }
        struct Checkpoint: Decodable {
            let sources: [Source]
            let parts: [Part]
        }
        struct Source: Decodable { let pages, read: Int }
        struct Part: Decodable {
            let path: String
            let records: Int
        }
        struct Result: Decodable { let pipelines: [Pipeline] }
        let result: Result
    }

    private func shown() throws -> Shown.Checkpoint {
        let json = try sprocket("state", "show", "long", "--json").output
        let shown = try JSONDecoder().decode(Shown.self, from: Data(json.utf8))
        return try #require(shown.result.pipelines.first).checkpoint
    }

    @Test func `reset deletes a checkpoint with the files that were begun`() throws {
        try long.startAndKill()
        let parts = try shown().parts
        #expect(!parts.isEmpty)
        let outcome = try sprocket("state", "reset", "long")
        #expect(outcome.code == 0)
        #expect(
            outcome.output.contains(#/^long: deleted checkpoint [0-9]+ and [0-9]+ unfinished files\n$/#),
            "\(outcome.output)"
        )
        // What was begun behind the checkpoint is not known to it, and is overwritten by the next run.
        #expect(parts.allSatisfy { !long.work.folder.files.contains($0.path) })
        #expect(try sprocket("state", "reset", "long").output == "long: nothing to delete\n")
        let next = try long.finish()
        #expect(next.code == 0)
        #expect(!next.errors.contains("resumed at"))
        #expect(try long.files == LongRun.undisturbed.get())
    }

    @Test func `while the pipeline runs nothing is deleted`() throws {
        let running = try long.start()
        var outcome: Program.Outcome
        repeat {
            // It holds still, and is not at its end before it is asked for.
            running.signal(SIGSTOP)
            outcome = try sprocket("state", "reset", "long")
            running.signal(SIGCONT)
            // One that was stopped amid a write holds the state itself, too.
        } while outcome.errors.contains("error[state.busy]")
        running.signal(SIGKILL)
        _ = try running.outcome
        #expect(outcome.code == 3)
        #expect(outcome.errors.contains("error[environment.locked]: the pipeline 'long' is running already: process "))
        #expect(try sprocket("state", "show", "long").output.contains("  checkpoint "))
    }

    @Test func `bookmarks are shown with who set them, and deleted one by one or together`() throws {
        try complete(
            "films",
            [Bookmark(stage: "plays", cursor: "1767225600000"), Bookmark(stage: "lists", cursor: "9")]
        )
        try complete("films 2of3", [Bookmark(stage: "plays", cursor: "7")])
        try complete("filmsets", [Bookmark(stage: "plays", cursor: "8")])
        #expect(
            try sprocket("state", "show", "films").output == """
                films
                  last run 20260101T000000Z-1: complete
                  bookmarks
                    lists              9  set by 20260101T000000Z-1 at 2026-01-01T00:00:05.000Z
                    plays  1767225600000  set by 20260101T000000Z-1 at 2026-01-01T00:00:05.000Z

                films 2of3
                  last run 20260101T000000Z-1: complete
                  bookmarks
                    plays  7  set by 20260101T000000Z-1 at 2026-01-01T00:00:05.000Z

                """
        )
        #expect(
            try sprocket("state", "reset", "films", "lists").output
                == "films: deleted the bookmark of 'lists' (9)\nfilms 2of3: nothing to delete\n"
        )
        #expect(
            try sprocket("state", "reset", "films", "--json").output.hasSuffix(
                """
                "deleted":[{"pipeline":"films","bookmarks":[{"stage":"plays","value":1767225600000,\
                "run":"20260101T000000Z-1","updated":"2026-01-01T00:00:05.000Z"}]},\
                {"pipeline":"films 2of3","bookmarks":[{"stage":"plays","value":7,\
                "run":"20260101T000000Z-1","updated":"2026-01-01T00:00:05.000Z"}]}]}}

                """
            )
        )
        #expect(try sprocket("state", "show", "filmsets").output.contains("    plays  8  set by "))
    }

    @Test(arguments: [
        (
            ["reset", "flims"],
            "error[command.pipeline]: no state is stored for a pipeline 'flims'\n  hint: did you mean 'films'?\n"
        ),
        (["show", "flims"], "error[command.pipeline]: no state is stored for a pipeline 'flims'"),
        (
            ["reset", "films", "playz"],
            """
            error[command.stage]: no state is stored for a source 'playz' of the pipeline 'films'
              hint: did you mean 'plays'?

            """
        ),
        (["reset"], "error[command.operand]: 'sprocket state reset' needs a pipeline"),
        ([], "error[command.operand]: 'sprocket state' needs one of show, reset, adopt"),
        (["forget", "films"], "error[command.operand]: 'sprocket state' shows, resets or adopts, not 'forget films'"),
    ])
    func `what is not stored cannot be deleted`(words: [String], message: String) throws {
        try complete("films", [Bookmark(stage: "plays", cursor: "9")])
        let outcome = try Program.run(Program.path, ["state"] + words, in: long.work.folder.path)
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
        #expect(try sprocket("state", "show", "films").output.contains("    plays  9  set by "))
    }

    @Test func `files that are being published get their names before anything is deleted`() throws {
        let store = try RunStore(in: long.work.folder.path(".sprocket"))
        let run = RunIdentity(pipeline: "films", id: "20260101T000000Z-1", date: "2026-01-01", time: "000000")
        try store.begin(run, configuration: "x", at: 0)
        let file = IntendedFile(temporaryPath: "a.part", path: "a", bytes: 1, crc32: 1)
        try store.intend(Intention(files: [file]), of: run)
        let outcome = try sprocket("state", "reset", "films")
        #expect(outcome.code == 3)
        #expect(outcome.errors.contains("error[state.publishing]: the run '20260101T000000Z-1' was cut off while it"))
        #expect(
            try sprocket("state", "show").output.contains(": cut off while it published; the next run finishes that")
        )
    }

    @Test func `a secret in an option that chooses records is stored and shown as dots`() throws {
        try long.work.folder.write(
            """
            [vars]
            token = { default = "first-hunter2" }
            [[source]]
            use = "generate"
            increment = "id"
            since = "last-run"
            rows = 20
            columns = ["id: sequence", "who: choice ${var:token}|b"]
            [[sink]]
            use = "csv"
            path = "out/x.csv"
            """,
            to: "pipelines/hidden.toml"
        )
        let first = try sprocket("run", "hidden")
        #expect(first.code == 0, "\(first.errors)")
        let other = try sprocket("run", "hidden", "-D", "token=second-hunter2")
        #expect(other.code == 2 && other.errors.contains("pipeline.other-source"), "\(other.errors)")
        for shown in [try sprocket("state", "show"), try sprocket("state", "show", "--json"), other] {
            #expect(!shown.output.contains("hunter2") && !shown.errors.contains("hunter2"), "\(shown)")
        }
        let state = try long.work.folder.bytes(of: ".sprocket/state.db")
        #expect(!String(decoding: state, as: UTF8.self).contains("hunter2"))
    }
}
