import Pipelines
import Runs
import Formats
import Foundation
import PluginKit
import PluginTestKit
import StandardFiles
import TestTags
import Testing

@testable import TraktSource

/// Increments night after night, while plays come from the past and the future, are edited and removed, and runs fail.
@Suite(.tags(.fuzz)) struct NightlySimulationTests {
    /// An account over time, and what its nightly runs have delivered.
    private struct Account {
        /// When each play was watched, in milliseconds since 1970-01-01T00:00:00Z, by its number.
        var plays: [Int: Int64] = [:]
        var nextID = 1
        /// How often each play has come.
        var delivered: [Int: Int] = [:]
        /// Plays that were there, in the past, when a run was complete.
        var seen: Set<Int> = []
        var chance: SplitMix

        static let base: Int64 = 1_780_272_000_000  // 2026-06-01T00:00:00Z
        static let day: Int64 = 86_400_000

        mutating func add(at time: Int64) {
            plays[nextID] = time / 60_000 * 60_000
            nextID += 1
        }

        /// What happens in a day; returns whether anything has.
        mutating func live(until now: Int64) -> Bool {
            let before = plays
            for _ in 0..<chance.below(4) { add(at: now - Int64(chance.below(86_400)) * 1000) }
            if chance.below(10) == 0 { add(at: now + Int64(1 + chance.below(20)) * Self.day + 3_600_000) }
            if chance.below(6) == 0 { add(at: now - Int64(8 + chance.below(4000)) * Self.day) }
            if chance.below(12) == 0 { add(at: 0) }
            if chance.below(6) == 0, let id = anyPlay() {
                plays[id] = now / 60_000 * 60_000 + Int64(chance.below(400) - 390) * Self.day
            }
            if chance.below(6) == 0, let id = anyPlay() { plays[id] = nil }
            if chance.below(15) == 0,
                let id = plays.keys.sorted().first(where: { plays[$0] ?? 0 < now - 30 * Self.day })
            {
                // As many as before: no count shows it.
                plays[id] = nil
                add(at: now - Int64(40 + chance.below(400)) * Self.day)
            }
            return plays != before
        }

        private mutating func anyPlay() -> Int? {
            let ids = plays.keys.sorted()
            return ids.isEmpty ? nil : ids[chance.below(ids.count)]
        }

        /// As the API has them, the newest first.
        var items: [String] {
            plays.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.map { id, time in
                ExportFixture.play(id, at: ISO8601.text(ofMilliseconds: time))
            }
        }
    }

    /// The same numbers for the same seed, on every machine.
    private struct SplitMix {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
        }
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var pipeline: String {
        """
        name = "nightly"
        [[source]]
        use = "trakt"
        name = "plays"
        data = "history"
        page_size = 20
        since = "last-run"
        lag = "3d"
        [[sink]]
        use = "csv"
        path = "\(folder.path)/plays-{run}.csv"
        columns = ["id"]
        """
    }

    /// One night: how the run ended, the numbers of the plays that it published, and what it said.
    private func night(_ trakt: MadeUpTrakt, at now: Int64) async throws -> (ending: String, ids: [Int], log: StageLog)
    {
        let time = ManualTime()
        let log = StageLog()
        let services = Services(
            registry: Registry([TraktAPISource.self, CSVSink.self]),
            environment: [
                "TRAKT_CLIENT_ID": "the-client", "TRAKT_ACCESS_TOKEN": "the-token", "HOME": "/nonexistent",
            ],
            time: time,
            clock: WallClock(time, showing: now / 1000),
            transport: trakt.transport,
            log: log,
            stateFolder: folder.path("state")
        )
        let file = try PipelineFile(Array(pipeline.utf8), path: folder.path("nightly.toml"))
        let (plan, journal, _) = try await RunStart.journal(in: folder.path("state")) {
            try await Plan(file, services: services)
        }
        let report = journal.conclude(await Run(plan, journal: journal).execute())
        switch report.outcome {
        case .published:
            let lines = try report.files.flatMap { file in
                try String(contentsOfFile: file.path, encoding: .utf8).split(separator: "\n").dropFirst()
            }
            return ("published", lines.compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }, log)
        case .nothingNew: return ("nothing new", [], log)
        case .failed: return ("failed", [], log)
        default: return ("\(report.outcome)", [], log)
        }
    }

    @Test(arguments: 1...6)
    func `over sixty nights nothing is lost and nothing comes twice`(seed: Int) async throws {
        var account = Account(chance: SplitMix(state: UInt64(seed)))
        let isDown = Locked(false)
        let trakt = MadeUpTrakt(["sync/history/movies": []]) { request, _, _ in
            isDown.withLock { $0 } && request.url.target.contains("start_at") ? HTTPResponse(status: 423) : nil
        }
        for _ in 0..<60 { account.add(at: Account.base - Int64(account.chance.below(3000)) * Account.day) }
        var endings: [String: Int] = [:]
        // The last ten nights are quiet, but for one play each: what no count has shown is found within a week.
        for number in 0..<70 {
            let now = Account.base + Int64(number) * Account.day
            let hasChanged: Bool
            if number < 60 {
                hasChanged = account.live(until: now) || number == 0
            } else {
                account.add(at: now - 3_600_000)
                hasChanged = true
            }
            trakt.data.withLock { [items = account.items] in $0["sync/history/movies"] = items }
            if hasChanged { trakt.lastActivities.withLock { $0 = ISO8601.text(ofMilliseconds: now) } }
            isDown.withLock { $0 = number < 60 && number % 7 == 3 }
            let (ending, ids, log) = try await night(trakt, at: now)
            endings[ending, default: 0] += 1
            guard ending != "failed" else { continue }
            #expect(ending == "published" || ending == "nothing new", "\(number): \(log.all.map(\.message))")
            for id in ids { account.delivered[id, default: 0] += 1 }
            for (id, time) in account.plays where time <= now { account.seen.insert(id) }
            for id in ids where account.plays[id] ?? 0 > now {
                Issue.record("\(id) came before its time, night \(number)")
            }
            let bookmarks = try StateFolder(folder.path("state")).pipelines().flatMap(\.bookmarks)
            for bookmark in bookmarks { if let value = Int64(bookmark.value) { #expect(value <= now) } }
        }
        let twice = account.delivered.filter { $0.value > 1 }.keys.sorted()
        #expect(twice == [])
        let end = Account.base + 69 * Account.day
        let lost = account.plays.filter { $0.value <= end && account.delivered[$0.key] == nil }.keys.sorted()
        #expect(lost == [])
        #expect(Set(account.delivered.keys).isSubset(of: account.seen))
        #expect(endings["published", default: 0] > 40)
        #expect(endings["failed", default: 0] > 0)
    }

    @Test func `a play of the future is named, left out, and delivered once when its time has come`() async throws {
        let day = Account.day
        let now = Account.base
        let future = now + 5 * day
        var account = Account(chance: SplitMix(state: 1))
        account.add(at: now - day)
        account.add(at: future)
        let trakt = MadeUpTrakt(["sync/history/movies": account.items])
        var (ending, ids, log) = try await night(trakt, at: now)
        #expect(ids == [1])
        #expect(
            log.all.map(\.message) == [
                "1 record lies in the future, not in this run's files: id 2 at 2026-06-06T00:00:00.000Z"
            ]
        )
        #expect(log.all.map(\.severity) == [.warning])
        // Real plays until then reach the diary.
        account.add(at: now + day - 3_600_000)
        trakt.data.withLock { [items = account.items] in $0["sync/history/movies"] = items }
        trakt.lastActivities.withLock { $0 = "2026-06-02T00:00:00.000Z" }
        (ending, ids, log) = try await night(trakt, at: now + day)
        #expect(ids == [3])
        // Nothing changes at Trakt any more.
        for number in 2...8 {
            (ending, ids, log) = try await night(trakt, at: now + Int64(number) * day)
            #expect(ids == (number == 5 ? [2] : []), "night \(number)")
            #expect(ending == (number == 5 ? "published" : "nothing new"), "night \(number)")
        }
    }

    @Test func `a bookmark in the future, as earlier versions left it, is refused with the way out`() async throws {
        var account = Account(chance: SplitMix(state: 1))
        account.add(at: Account.base)
        let trakt = MadeUpTrakt(["sync/history/movies": account.items])
        #expect(try await night(trakt, at: Account.base + 400 * Account.day).ids == [1])
        account.add(at: Account.base + 300 * Account.day)
        trakt.data.withLock { [items = account.items] in $0["sync/history/movies"] = items }
        trakt.lastActivities.withLock { $0 = "2027-04-01T00:00:00.000Z" }
        #expect(try await night(trakt, at: Account.base + 400 * Account.day).ids == [2])
        do {
            _ = try await night(trakt, at: Account.base)
            Issue.record("it was not refused")
        } catch {
            #expect("\(error)".contains("pipeline.bookmark-ahead") || "\(error)".contains("the bookmark is at"))
        }
        // Two clocks may differ a little.
        let (ending, ids, _) = try await night(trakt, at: Account.base + 300 * Account.day - 60_000)
        #expect(ids == [])
        #expect(ending == "nothing new")
    }
}
