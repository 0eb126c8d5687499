import Foundation
import PluginTestKit
import TestTags
import Testing

/// Days, zones and times, as a user meets them: exit codes, what is said, what is in the files.
@Suite(.tags(.process)) struct DayTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func export(_ times: [String], zone: String? = "America/Los_Angeles") throws {
        let plays = times.enumerated().map { Workplace.play($0.offset + 1, at: $0.element, id: $0.offset + 1) }
        let settings = zone.map { #"{"account":{"timezone":"\#($0)"}}"# } ?? "{}"
        try work.export(["watched-history-1.json": "[\(plays.joined(separator: ","))]", "user-settings.json": settings])
    }

    private func run(_ more: [String] = [], _ environment: [String: String] = [:]) throws -> Program.Outcome {
        try Program.run(
            Program.path,
            ["run", "trakt-export-to-letterboxd", "-D", "export=export.zip"] + more,
            in: work.folder.path,
            environment: environment
        )
    }

    private var days: [String?] { get throws { try work.csv("exports/diary.csv").map { $0["WatchedDate"] } } }

    @Test(arguments: ["CET-1CEST", "nonsense", "Europe/Pariss", "/nowhere"])
    func `a TZ that cannot be read does no harm where the account's zone counts`(setting: String) throws {
        try export(["2026-01-01T20:00:00.000Z"])
        let outcome = try run([], ["TZ": setting])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try days == ["2026-01-01"])
    }

    @Test(arguments: ["CET-1CEST", "nonsense"])
    func `a TZ that cannot be read is named where the machine's zone counts`(setting: String) throws {
        try export(["2026-01-01T20:00:00.000Z"], zone: nil)
        for more in [[], ["-D", "zone=local"], ["-D", "out={date}", "-D", "zone=UTC"]] {
            let outcome = try run(more, ["TZ": setting])
            #expect(outcome.code == 3, "\(outcome.errors)")
            #expect(outcome.errors.contains("TZ is '\(setting)'"))
            #expect(work.files().isEmpty)
        }
    }

    @Test func `an unknown zone is wrong in an option, and the machine's lack in an account`() throws {
        try export(["2026-01-01T20:00:00.000Z"], zone: "Europe/Atlantis")
        let misspelt = try run(["-D", "zone=Europe/Pariss"])
        #expect(misspelt.code == 2)
        #expect(misspelt.errors.contains("did you mean 'Europe/Paris'?"))
        let unknown = try run()
        #expect(unknown.code == 3)
        #expect(unknown.errors.contains("the account's time zone is 'Europe/Atlantis'"))
        #expect(work.files().filter { $0.hasSuffix(".csv") }.isEmpty)
    }

    @Test func `a time that cannot be read rejects its play, by name, and can be allowed`() throws {
        try export(["2026-01-01T20:00:00.000Z", "last summer"])
        let outcome = try run()
        #expect(outcome.code == 4)
        #expect(outcome.errors.contains("its 'watched_at' cannot be read as a time: 'last summer' [trakt-export.time]"))
        #expect(outcome.errors.contains("watched-history-1.json, record 2"))
        #expect(outcome.errors.contains("-D rejects=1"))
        let allowed = try run(["-D", "rejects=1"])
        #expect(allowed.code == 0, "\(allowed.errors)")
        #expect(try days == ["2026-01-01"])
    }

    @Test func `the summary and the report name the zone and count what it moves`() throws {
        try export(["2026-01-01T20:00:00.000Z", "2026-01-03T03:00:00.000Z", "2026-01-05 12:00:00", "2026-01-07"])
        let own = try run(["--json"])
        #expect(own.code == 0, "\(own.errors)")
        let report = try own.result
        #expect(
            report["remarks"] as? [String] == [
                "plays: 2 times without a zone were read as those of America/Los_Angeles, the account's zone",
                "diary: 4 viewings have their days in America/Los_Angeles, the account's zone",
            ]
        )
        #expect(try days == ["2026-01-01", "2026-01-02", "2026-01-05", "2026-01-07"])
        let other = try run(["-D", "zone=Europe/Paris"])
        #expect(other.errors.contains("note: diary: 4 viewings have their days in Europe/Paris, as 'time_zone' states"))
        #expect(
            other.errors.contains(
                "note: diary: 1 viewing is on another day than in America/Los_Angeles, the account's zone"
            )
        )
        #expect(try days == ["2026-01-01", "2026-01-03", "2026-01-05", "2026-01-07"])
    }
}
