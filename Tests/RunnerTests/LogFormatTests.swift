import Foundation
import PluginTestKit
import Runs
import TestTags
import Testing

@testable import Command

/// Lines on standard error as JSON.
@Suite(.tags(.process)) struct LogFormatTests {
    private let work: Workplace
    private var sprocket: Program { work.sprocket }

    init() throws { work = try Workplace() }

    /// The lines as objects; each must be one, and have what all of them have.
    private func lines(_ outcome: Program.Outcome) throws -> [[String: Any]] {
        try outcome.errors.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let entry = try #require(object)
            let time = try #require(entry["time"] as? String)
            #expect(time.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil)
            #expect(["info", "warning", "error"].contains(entry["level"] as? String))
            #expect(entry["message"] is String)
            return entry
        }
    }

    private func events(_ outcome: Program.Outcome) throws -> [String] {
        try lines(outcome).compactMap { $0["event"] as? String }
    }

    private static let pipeline = """
        [[source]]
        use = "generate"
        rows = 1000
        columns = ["id: integer 1..1000"]
        [[sink]]
        use = "csv"
        path = "out.csv"
        """

    @Test func `a run is its steps, its summaries and its end`() throws {
        try work.folder.write(Self.pipeline, to: "p.toml")
        let outcome = try sprocket("run", "p.toml", "--log-format", "json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        let lines = try lines(outcome)
        #expect(lines.first?["event"] as? String == "step")
        let summary = try #require(lines.first { $0["event"] as? String == "summary" })
        #expect(summary["ok"] as? Bool == true)
        #expect(summary["outcome"] as? String == "published")
        #expect(summary["read"] as? Int == 1000)
        #expect(summary["written"] as? Int == 1000)
        #expect(summary["filtered"] as? Int == 0)
        #expect(summary["rejected"] as? Int == 0)
        #expect(summary["seconds"] is Double || summary["seconds"] is Int)
        #expect((summary["message"] as? String)?.hasPrefix("p") == true)
        let end = try #require(lines.last)
        #expect(end["event"] as? String == "end")
        #expect(end["outcome"] as? String == "complete")
        #expect(end["exit"] as? Int == 0)
    }

    @Test func `a finding is an object within its line`() throws {
        try work.folder.write(Self.pipeline.replacing("generate", with: "generat"), to: "p.toml")
        let outcome = try sprocket("check", "p.toml", "--log-format=json")
        #expect(outcome.code == 2)
        let line = try #require(lines(outcome).first)
        #expect(line["event"] as? String == "finding")
        #expect(line["level"] as? String == "error")
        let finding = try #require(line["finding"] as? [String: Any])
        #expect(finding["code"] as? String == "plugin.unknown")
        #expect(finding["line"] as? Int == 2)
        #expect(finding["message"] as? String == line["message"] as? String)
    }

    @Test func `an invalid command line is reported in the format that it asks for`() throws {
        for words in [
            ["--log-format=json", "rnu"], ["run", "--log-format", "json"], ["run", "x", "--log-format=json", "--y"],
        ] {
            let outcome = try Program.run(Program.path, words, in: work.folder.path)
            #expect(outcome.code == 2)
            #expect(try events(outcome).first == "finding", "\(words)")
        }
        let outcome = try sprocket("version", "--log-format", "xml")
        #expect(outcome.code == 2)
        #expect(outcome.errors == "error[command.flag]: --log-format must be text or json, not 'xml'\n")
    }

    @Test func `with --json, lines have the same form, and standard output its object`() throws {
        try work.folder.write(Self.pipeline.replacing("generate", with: "generat"), to: "p.toml")
        let outcome = try sprocket("run", "p.toml", "--json", "--log-format=json")
        #expect(try events(outcome).contains("finding"))
        #expect(outcome.output.hasPrefix(#"{"version":1,"verb":"run","ok":false,"exit":2"#))
    }

    @Test func `with -q only problems are lines`() throws {
        let fine = try sprocket("run", "demo", "-q", "--log-format=json")
        #expect(fine.code == 0)
        #expect(fine.errors.isEmpty)
    }

    @Test func `other verbs speak in messages`() throws {
        let outcome = try sprocket("check", "demo", "--log-format=json")
        #expect(outcome.code == 0)
        #expect(Set(try events(outcome)) == ["message"])
    }

    @Test func `progress is what the line of a terminal has, in members`() throws {
        var moment = RecentProgress.Moment(elapsed: .seconds(2), read: 4000, rejected: 12, stage: "plays")
        moment.waits = ["plays": .seconds(2)]
        moment.waiting = RunProgress.Waiting("the request limit 'quota'", isLimit: true, left: .milliseconds(90_500))
        moment.now = 1_767_265_200
        moment.offset = 3600
        moment.pagesInFlight = 3
        moment.share = ("plays", 0.4199)
        var recent = RecentProgress()
        let reading = recent.reading(of: moment)
        #expect(
            reading.line(width: nil)
                == "'plays': 4,000 read, 2,000/s, 41 % of 'plays', 12 rejected, 2.00 s, waiting for the request limit "
                + "'quota' until 12:01:31, "
                + "waits for 'plays', 3 pages in flight"
        )
        #expect(
            reading.logLine(step: "daily").text(at: 1_767_265_200_123) == """
                {"time":"2026-01-01T11:00:00.123Z","level":"info","event":"progress","message":"'plays': 4,000 read, \
                2,000/s, 41 % of 'plays', 12 rejected, 2.00 s, waiting for the request limit 'quota' until 12:01:31, waits for 'plays', \
                3 pages in flight","step":"daily","stage":"plays","finishing":false,"read":4000,"perSecond":2000,\
                "rejected":12,"seconds":2.0,"pagesInFlight":3,"batchesQueued":0,"share":{"source":"plays","read":0.4199},\
                "waitsFor":"plays","waiting":{"reason":\
                "the request limit 'quota'","limit":true,"until":"2026-01-01T11:01:31Z"}}

                """
        )
    }

    @Test func `no text ends a line, and no secret is in one`() {
        let line = LogLine("message", message: "a\nb\u{1B}[31m\u{202E}c").text(at: 0)
        #expect(line.split(separator: "\n").count == 1)
        #expect(!line.contains("\u{1B}"))
        #expect(!line.contains("\u{202E}"))
    }
}
