import Diagnostics
import LetterboxdSink
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
    private static let moment = Value.instant(1_720_148_400_000_000)

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

    @Test(arguments: [Value.null, ""])
    func `without a zone of the account the machine's counts, and it is reported`(zone: Value) async throws {
        let run = try await SinkRun(
            [["tmdb": 1, "watched_at": Self.moment, "time_zone": zone]],
            "time_zone = \"account\"",
            schema: Self.named,
            environment: ["TZ": "America/New_York"]
        )
        #expect(run.lines.last?.contains("2024-07-04") == true)
        #expect(run.log.all.map(\.code.name) == ["letterboxd.zone"])
        #expect(run.log.all.first?.message == "days are those of this machine's zone, America/New_York")
        #expect(
            run.remarks.map(\.text) == [
                "1 viewing has its day in America/New_York, this machine's zone, since the account's is unknown"
            ]
        )
    }

    @Test(arguments: ["Europe/Atlantis", "local", "account", "../../etc/passwd"])
    func `an unknown zone of an account ends the run, and no other zone counts`(zone: String) async throws {
        let error = await #expect(throws: Diagnostic.self) {
            try await SinkRun(
                [["tmdb": 1, "watched_at": Self.moment, "time_zone": .text(zone)]],
                "time_zone = \"account\"",
                schema: Self.named
            )
        }
        #expect(error?.code == "environment.time-zones")
        #expect(error?.message == "the account's time zone is '\(zone)', and there is no time zone '\(zone)'")
        #expect(error?.hint?.contains("-D zone=Europe/Paris") == true)
        #expect(error?.hint?.contains("'tzdata'") == true)
    }

    @Test(arguments: ["CET-1CEST", "nonsense"])
    func `a TZ that cannot be read matters only where the machine's zone is asked for`(setting: String) async throws {
        let records: [SinkRun.Record] = [["tmdb": 1, "watched_at": Self.moment, "time_zone": "Asia/Calcutta"]]
        for zone in ["account", "Europe/Paris"] {
            let run = try await SinkRun(
                records,
                "time_zone = \"\(zone)\"",
                schema: Self.named,
                environment: ["TZ": setting]
            )
            #expect(run.lines.last?.contains("2024-07-05") == true)
        }
        for (zone, name) in [("local", Value.text("Asia/Kolkata")), ("account", .null)] {
            let error = await #expect(throws: (any Error).self) {
                try await SinkRun(
                    [["tmdb": 1, "watched_at": Self.moment, "time_zone": name]],
                    "time_zone = \"\(zone)\"",
                    schema: Self.named,
                    environment: ["TZ": setting]
                )
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains("TZ is '\(setting)'"))
        }
        // Nothing of these has a day.
        let list = try await SinkRun(
            [["tmdb": 1]],
            "time_zone = \"local\"\ncontent = \"watchlist\"",
            environment: ["TZ": setting]
        )
        #expect(list.lines.count == 2)
    }

    // MARK: What the report says

    /// Moments, the zone of the account, the zone of the option, and the remarks.
    struct Told: CustomTestStringConvertible, Sendable {
        let moments: [String]
        let account: Value
        let option: String
        let remarks: [String]
        var testDescription: String { "\(account) and \(option)" }
    }

    @Test(arguments: [
        Told(
            moments: ["2024-07-05T03:00:00Z", "2024-07-05T12:00:00Z"],
            account: "America/Los_Angeles",
            option: "account",
            remarks: ["2 viewings have their days in America/Los_Angeles, the account's zone"]
        ),
        // 3:00 UTC is the evening before in California and the morning in Paris.
        Told(
            moments: ["2024-07-05T03:00:00Z", "2024-07-05T06:59:59Z", "2024-07-05T07:00:00Z"],
            account: "America/Los_Angeles",
            option: "Europe/Paris",
            remarks: [
                "3 viewings have their days in Europe/Paris, as 'time_zone' states",
                "2 viewings are on another day than in America/Los_Angeles, the account's zone",
            ]
        ),
        // Midday is the same day in both.
        Told(
            moments: ["2024-07-05T12:00:00Z"],
            account: "America/Los_Angeles",
            option: "Europe/Paris",
            remarks: ["1 viewing has its day in Europe/Paris, as 'time_zone' states"]
        ),
        Told(
            moments: ["2024-07-05T20:00:00Z"],
            account: "Asia/Calcutta",
            option: "Asia/Kolkata",
            remarks: ["1 viewing has its day in Asia/Kolkata, as 'time_zone' states"]
        ),
        Told(
            moments: ["2024-07-05T03:00:00Z"],
            account: .null,
            option: "Europe/Paris",
            remarks: ["1 viewing has its day in Europe/Paris, as 'time_zone' states"]
        ),
        Told(
            moments: ["2024-07-05T03:00:00Z"],
            account: "Europe/Atlantis",
            option: "Europe/Paris",
            remarks: [
                "1 viewing has its day in Europe/Paris, as 'time_zone' states",
                "1 viewing may be on another day than in the account's zone, which this machine does not have",
            ]
        ),
        Told(
            moments: ["2024-07-05T03:00:00Z"],
            account: "Europe/Paris",
            option: "local",
            remarks: [
                "1 viewing has its day in America/New_York, this machine's zone",
                "1 viewing is on another day than in Europe/Paris, the account's zone",
            ]
        ),
        Told(
            moments: ["2024-07-05T00:00:00Z", "2024-07-06T00:00:00Z", "2024-07-07T00:00:01Z"],
            account: "America/Los_Angeles",
            option: "account",
            remarks: [
                "3 viewings have their days in America/Los_Angeles, the account's zone",
                "2 viewings at 00:00 UTC, as imports of days without a time leave them, are on another day in "
                    + "America/Los_Angeles",
            ]
        ),
        // East of Greenwich midnight in UTC is still that day.
        Told(
            moments: ["2024-07-05T00:00:00Z"],
            account: "Europe/Paris",
            option: "account",
            remarks: ["1 viewing has its day in Europe/Paris, the account's zone"]
        ),
        Told(moments: [], account: "Europe/Paris", option: "account", remarks: []),
    ])
    func `the report names the zone of days, and counts what another zone moves`(told: Told) async throws {
        var records: [SinkRun.Record] = told.moments.enumerated().map { index, moment in
            ["tmdb": .integer(Int64(index + 1)), "watched_at": at(moment), "time_zone": told.account]
        }
        records.append(["tmdb": 99, "time_zone": told.account])
        for batchSize in [1, 1000] {
            let run = try await SinkRun(
                records,
                "time_zone = \"\(told.option)\"",
                batchSize: batchSize,
                schema: Self.named,
                environment: ["TZ": "America/New_York"]
            )
            #expect(run.remarks.map(\.text).sorted() == told.remarks.sorted())
        }
    }

    @Test func `records of several accounts are counted by zone`() async throws {
        let zones = ["America/Los_Angeles", "Europe/Paris", "America/Los_Angeles", "Asia/Tokyo"]
        let run = try await SinkRun(
            zones.enumerated().map { index, zone in
                ["tmdb": .integer(Int64(index + 1)), "watched_at": Self.moment, "time_zone": .text(zone)]
            },
            "time_zone = \"Europe/Paris\"",
            schema: Self.named
        )
        #expect(
            run.remarks.map(\.text) == [
                "4 viewings have their days in Europe/Paris, as 'time_zone' states",
                "2 viewings are on another day than in America/Los_Angeles, the account's zone",
            ]
        )
    }

    @Test func `the column of zones is needed where it counts, and optional where it is only compared`() throws {
        let schema: Schema = ["tmdb": .integer, "watched_at": .instant, "time_zone": .text]
        for (zone, isNeeded) in [("account", true), ("Europe/Paris", false)] {
            let needs = try SinkRun.sink(in: TemporaryFolder(), "time_zone = \"\(zone)\"", schema: schema).needs
            #expect(needs.always.contains("time_zone") == isNeeded)
            #expect(needs.optional == (isNeeded ? [] : ["time_zone"]))
        }
    }
}
