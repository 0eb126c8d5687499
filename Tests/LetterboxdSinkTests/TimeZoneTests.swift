import PluginKit
import Records
import Testing

@Suite struct TimeZoneTests {
    struct Edge: CustomTestStringConvertible, Sendable {
        let zone, moment, day: String
        var testDescription: String { "\(moment) in \(zone)" }

        init(_ zone: String, _ moment: String, _ day: String) {
            self.zone = zone
            self.moment = moment
            self.day = day
        }
    }

    /// Worked out by hand from the offsets that hold at the moments.
    static let edges = [
        // UTC-4 in summer, UTC-5 in winter.
        Edge("America/New_York", "2024-07-05T03:59:59Z", "2024-07-04"),
        Edge("America/New_York", "2024-07-05T04:00:00Z", "2024-07-05"),
        Edge("America/New_York", "2024-01-05T04:59:59Z", "2024-01-04"),
        Edge("America/New_York", "2024-01-05T05:00:00Z", "2024-01-05"),
        // The clock is set back on 3 November 2024 at 06:00 UTC: midnight before it is at 04:00, after it at 05:00.
        Edge("America/New_York", "2024-11-03T03:59:59Z", "2024-11-02"),
        Edge("America/New_York", "2024-11-03T04:00:00Z", "2024-11-03"),
        Edge("America/New_York", "2024-11-04T04:59:59Z", "2024-11-03"),
        Edge("America/New_York", "2024-11-04T05:00:00Z", "2024-11-04"),
        // The clock is set forward on 31 March 2024 at 01:00 UTC: from UTC+1 to UTC+2.
        Edge("Europe/Paris", "2024-03-30T22:59:59Z", "2024-03-30"),
        Edge("Europe/Paris", "2024-03-30T23:00:00Z", "2024-03-31"),
        Edge("Europe/Paris", "2024-03-31T21:59:59Z", "2024-03-31"),
        Edge("Europe/Paris", "2024-03-31T22:00:00Z", "2024-04-01"),
        // UTC+5:45, UTC+14, UTC-11.
        Edge("Asia/Kathmandu", "2024-02-29T18:14:59Z", "2024-02-29"),
        Edge("Asia/Kathmandu", "2024-02-29T18:15:00Z", "2024-03-01"),
        Edge("Pacific/Kiritimati", "2024-12-31T10:00:00Z", "2025-01-01"),
        Edge("Pacific/Pago_Pago", "2025-01-01T10:59:59Z", "2024-12-31"),
        // In Brazil the clock went from 24:00 on 17 February 2018 back to 23:00: UTC-2 until 02:00 UTC, then UTC-3.
        Edge("America/Sao_Paulo", "2018-02-18T01:59:59Z", "2018-02-17"),
        Edge("America/Sao_Paulo", "2018-02-18T02:00:00Z", "2018-02-17"),
        Edge("America/Sao_Paulo", "2018-02-18T03:00:00Z", "2018-02-18"),
        Edge("UTC", "1969-12-31T23:59:59.999Z", "1969-12-31"),
        Edge("UTC", "1970-01-01T00:00:00Z", "1970-01-01"),
    ]

    @Test(arguments: edges)
    func `the day of a viewing is the day on the wall where it was seen`(edge: Edge) async throws {
        let run = try await SinkRun(
            [["tmdb": 1, "watched_at": at(edge.moment)]],
            "time_zone = \"\(edge.zone)\""
        )
        #expect(run.lines == [DiaryTests.header, "1,,,,\(edge.day),,false"])
    }

    @Test func `two viewings are one or two entries depending on where the day ends`() async throws {
        let films: [SinkRun.Record] = ["2024-07-04T23:00:00Z", "2024-07-05T03:00:00Z"].map {
            ["tmdb": 1, "watched_at": at($0)]
        }
        #expect(
            try await SinkRun(films, "time_zone = \"UTC\"").lines.dropFirst() == [
                "1,,,,2024-07-04,,false", "1,,,,2024-07-05,,true",
            ]
        )
        #expect(
            try await SinkRun(films, "time_zone = \"America/New_York\"").lines.dropFirst() == ["1,,,,2024-07-04,,false"]
        )
    }

    // MARK: Zones that records name

    private static let named: Schema = ["tmdb": .integer, "watched_at": .instant, "time_zone": .text]
    /// 2024-07-05T03:00:00Z.
    private static let moment = Value.instant(1_720_148_400_000)

    @Test func `a record's own zone counts, from record to record`() async throws {
        let run = try await SinkRun(
            [
                ["tmdb": 1, "watched_at": Self.moment, "time_zone": "America/New_York"],
                ["tmdb": 2, "watched_at": Self.moment, "time_zone": "Europe/Paris"],
                ["tmdb": 3, "watched_at": Self.moment, "time_zone": "Europe/Paris"],
            ],
            "time_zone = \"account\"",
            schema: Self.named
        )
        #expect(run.lines.dropFirst().filter { $0.contains("2024-07-04") }.count == 1)
        #expect(run.lines.dropFirst().filter { $0.contains("2024-07-05") }.count == 2)
        #expect(run.log.all.isEmpty)
    }

    @Test(arguments: [Value.null, "Europe/Atlantis", "local", "../../etc/passwd"])
    func `without a zone that anybody knows the machine's counts, and it is said`(zone: Value) async throws {
        let run = try await SinkRun(
            [["tmdb": 1, "watched_at": Self.moment, "time_zone": zone]],
            "time_zone = \"account\"",
            schema: Self.named
        )
        #expect(run.log.all.map(\.code.name) == ["letterboxd.zone"])
        #expect(run.log.all.first?.message.contains("days are those of this machine's zone") == true)
        #expect(run.log.all.first?.message.contains("Atlantis") == (zone == "Europe/Atlantis"))
    }

    @Test func `a column of zones is not asked for unless it counts`() async throws {
        let run = try await SinkRun(
            [["tmdb": 1, "watched_at": Self.moment, "time_zone": "America/New_York"]],
            "time_zone = \"Europe/Paris\"",
            schema: Self.named
        )
        #expect(run.lines.last?.contains("2024-07-05") == true)
    }
}
