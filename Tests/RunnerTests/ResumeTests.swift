import Foundation
import PluginTestKit
import TestTags
import Testing

/// Runs that are cut off or stopped, and what the next one makes of it.
@Suite(.tags(.process, .waits)) struct ResumeTests {
    private let long: LongRun

    init() throws { long = try LongRun() }

    @Test(arguments: [[3], [2, 3], [1, 2, 2]])
    func `a run that is killed, once or again, continues and leaves the same bytes`(checkpoints: [Int]) throws {
        for count in checkpoints { try long.startAndKill(behind: count) }
        #expect(!long.hasPublished)
        let outcome = try long.finish()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("(resumed at checkpoint "))
        #expect(outcome.errors.contains(", attempt \(checkpoints.count + 1))"))
        #expect(try long.files == LongRun.undisturbed.get())
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `a run that is stopped stores a checkpoint, and the next one continues`(signal: Int32, code: Int32) throws {
        let running = try long.start()
        running.signal(signal)
        let stopped = try running.outcome
        #expect(stopped.code == code)
        let summary = #/long: stopped after [0-9.]+ s at checkpoint ([0-9]+); nothing was published yet\n/#
        let checkpoint = try #require(stopped.errors.firstMatch(of: summary)?.1, "\(stopped.errors)")
        #expect(stopped.errors.contains(#/\n  generate  [0-9,]+ pages, [0-9,]+ records; continues at '[0-9]+'\n/#))
        #expect(stopped.errors.hasSuffix("  to resume, run the same command again; to start over, add --restart\n"))
        #expect(!long.hasPublished)
        let outcome = try long.finish()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("(resumed at checkpoint \(checkpoint), attempt 2)"))
        #expect(try long.files == LongRun.undisturbed.get())
    }

    @Test func `a run is stopped while a layer holds it back for an hour`() throws {
        let layer = """
            [middleware.quota]
            use = "rate-limit"
            requests = 8
            per = "1h"
            keep = false

            """
        try long.work.folder.write(layer + LongRun.pipeline(), to: "pipelines/long.toml")
        // The first pages come at once, and share a checkpoint; then nothing moves.
        let running = try long.start(for: 1)
        usleep(300_000)
        running.signal(SIGTERM)
        let stopped = try running.outcome
        #expect(stopped.code == 143)
        #expect(stopped.errors.contains("long: stopped after"), "\(stopped.errors)")
        try long.work.folder.write(LongRun.pipeline(), to: "pipelines/long.toml")
        #expect(try long.finish().code == 0)
        #expect(try long.files == LongRun.undisturbed.get())
    }

    @Test func `two signals end a run immediately, and the next one is right`() throws {
        let running = try long.start()
        // Both are waiting when it goes on, so that the second comes before the run has stopped.
        for signal in [SIGSTOP, SIGINT, SIGTERM, SIGCONT] { running.signal(signal) }
        let ended = try running.outcome
        #expect([130, 143].contains(ended.code))
        #expect(!ended.errors.contains("stopped after"))
        #expect(!long.hasPublished)
        #expect(try long.finish().code == 0)
        #expect(try long.files == LongRun.undisturbed.get())
    }

    @Test func `a pipeline that has changed starts over, and reports that`() throws {
        try long.startAndKill()
        try long.work.folder.write(LongRun.pipeline(rows: 40), to: "pipelines/long.toml")
        let outcome = try long.finish()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(
            outcome.errors.contains("did not complete, and the pipeline has changed since: the run starts over")
        )
        #expect(!outcome.errors.contains("resumed at"))
        #expect(long.names.filter { !$0.hasSuffix(".part") } == ["films-01.jsonl", "films.csv"])
        #expect(try long.work.csv("out/films.csv").map { $0["id"] } == (1...40).map { "\($0)" })
    }

    @Test func `with --restart a run starts over`() throws {
        try long.startAndKill()
        let outcome = try long.finish("--restart")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("resumed at"))
        #expect(try long.files == LongRun.undisturbed.get())
    }

    enum Damage: String, CaseIterable {
        case cut = "has 10 bytes, and had "
        case changed = "has changed in its first "
        case removed = "is gone"
    }

    @Test(arguments: Damage.allCases)
    func `a file that somebody has been at is refused, until the run is given up`(damage: Damage) throws {
        try long.startAndKill()
        let name = "out/films.csv.part"
        var bytes = try long.work.folder.bytes(of: name)
        switch damage {
        case .cut: try long.work.folder.write(Array(bytes.prefix(10)), to: name)
        case .changed:
            bytes[3] ^= 1
            try long.work.folder.write(bytes, to: name)
        case .removed: try FileManager.default.removeItem(atPath: long.work.folder.path(name))
        }
        let refused = try long.finish()
        #expect(refused.code == 3)
        #expect(refused.errors.hasPrefix("\(name): error[state.part]: "), "\(refused.errors)")
        #expect(refused.errors.contains(damage.rawValue))
        #expect(refused.errors.contains("start the run over: --restart"))
        #expect(!long.hasPublished)
        #expect(try long.finish("--restart").code == 0)
        #expect(try long.files == LongRun.undisturbed.get())
    }

    @Test func `the history tells of a run that was resumed`() throws {
        try long.startAndKill()
        #expect(try long.finish("--report", "report.json").code == 0)
        let list = try long.work.sprocket("history").output
        #expect(list.contains(#/^[0-9TZ-]+  long  complete  8,000 read  16,000 written  [0-9.]+ s\n$/#), "\(list)")
        let run = String(list.prefix { $0 != " " })
        let text = try long.work.sprocket("history", run).output
        #expect(text.hasPrefix("long: published\n  run            \(run)\n  configuration  "))
        #expect(text.contains(#/\n  attempt        2, resumed at checkpoint [0-9]+\n/#))
        #expect(
            text.contains(#/\n  csv         csv         8,000     0  8,000         0         0        0  [0-9.]+ s\n/#)
        )
        #expect(text.contains(#/\n    generate  before  [0-9,]+ pages, [0-9,]+ records; continues at '[0-9]+'\n/#))
        #expect(text.contains("\n              after   2,000 pages, 8,000 records; complete\n"))
        #expect(text.contains(#/\n    out/films.csv +8,000 records +[0-9.]+ kB  CRC-32 [0-9a-f]{8}\n/#))
        let json = try long.work.sprocket("history", run, "--json").output
        // The history has the report of the run; what the command adds to it, only the command knows.
        let report = try long.work.folder.text(of: "report.json")
        let stored = report.replacing(#""verb":"run","exit":0,"#, with: "")
        #expect(stored.utf8.count < report.utf8.count && json.hasSuffix(",\"result\":" + stored + "}\n"))
    }
}
