import PluginKit
import Records
import Testing

@testable import LetterboxdSink

@Suite struct PartTests {
    /// Rows of 26 bytes each, below a header of 54.
    static func films(_ count: Int) -> [SinkRun.Record] {
        (0..<count).map {
            ["tmdb": .integer(1001 + Int64($0)), "watched_at": .instant(1_577_836_800_000_000 + Int64($0) * 1_000_000)]
        }
    }

    @Test func `the sizes that these tests count on are right`() {
        #expect(DiaryTests.header.utf8.count + 1 == 54)
        #expect("1001,,,,2020-01-01,,false\n".utf8.count == 26)
    }

    @Test(arguments: [
        // (1000 - 54) / 26 = 36.4: 36 rows, 990 bytes, fit into a file of at most 1000.
        (36, "", [36]), (37, "", [36, 1]), (72, "", [36, 36]), (73, "", [36, 36, 1]),
        // 54 + 36 * 26 = 990: not a byte less.
        (36, "max_bytes = 1017", [36]), (37, "max_bytes = 1017", [37]), (37, "max_bytes = 1016", [36, 1]),
        (10, "max_rows = 4", [4, 4, 2]), (8, "max_rows = 4", [4, 4]), (3, "max_rows = 1", [1, 1, 1]),
    ])
    func `a file ends before it is too long, and none is without rows`(
        count: Int,
        options: String,
        rows: [Int]
    ) async throws {
        let run = try await SinkRun(
            Self.films(count),
            options.contains("max_bytes") ? options : options + "\nmax_bytes = 1000"
        )
        #expect(run.delivery.files.map(\.records) == rows)
        let names = rows.count == 1 ? ["films.csv"] : rows.indices.map { "films-0\($0 + 1).csv" }
        #expect(run.names == names)
        var all: [Substring] = []
        for (name, count) in zip(names, rows) {
            let lines = (run.files[name] ?? "").split(separator: "\n")
            #expect(lines.first == Substring(DiaryTests.header))
            #expect(lines.count == count + 1)
            all += lines.dropFirst()
        }
        #expect(all.map { $0.prefix(4) } == (0..<count).map { Substring("\(1001 + $0)") })
        #expect(run.delivery.files.map(\.bytes) == names.map { run.files[$0]?.utf8.count ?? 0 })
        #expect(run.delivery.written == count)
    }

    @Test func `bytes are counted, not characters`() async throws {
        // Each row: "1,,", 200 times three bytes, ",,,,\n" less one digit or more: at least 606 bytes, so one in a file.
        let title = Value.text(String(repeating: "€", count: 200))
        let run = try await SinkRun(
            [["tmdb": 1, "title": title], ["tmdb": 2, "title": title]],
            "max_bytes = 1000"
        )
        #expect(run.delivery.files.map(\.records) == [1, 1])
        #expect(run.delivery.files.allSatisfy { $0.bytes <= 1000 })
    }

    @Test func `a placeholder says where the number goes`() async throws {
        let run = try await SinkRun(
            Self.films(40),
            "max_bytes = 1000\npath = \"{folder}/{part}-{name}-{date}.csv\""
        )
        #expect(run.names == ["01-test-2026-11-23.csv", "02-test-2026-11-23.csv"])
    }

    @Test func `parts of an earlier run are pointed out`() async throws {
        let one = try await SinkRun(
            Self.films(1),
            leftovers: ["films-01.csv", "films-02.csv", "films-x.csv", "films-1.csv", "other-01.csv"]
        )
        #expect(one.delivery.earlierFiles == ["films-01.csv", "films-02.csv"])
        let two = try await SinkRun(
            Self.films(40),
            "max_bytes = 1000",
            leftovers: ["films-01.csv", "films-03.csv"]
        )
        #expect(two.delivery.earlierFiles == ["films-03.csv"])
        let whole = try await SinkRun(Self.films(40), "max_bytes = 1000", leftovers: ["films.csv"])
        #expect(whole.delivery.earlierFiles == ["films.csv"])
    }

    @Test func `joined texts that no file could hold are left out and reported`() async throws {
        let run = try await SinkRun(
            (0..<4).map { number in
                [
                    "tmdb": 1, "watched_at": .instant(1_577_836_800_000_000 + number * 1_000_000),
                    "review": .text(String(repeating: "\(number)", count: 400)),
                ]
            },
            "max_bytes = 1000"
        )
        #expect(run.delivery.files.map(\.records) == [1])
        #expect(run.delivery.files.allSatisfy { $0.bytes <= 1000 })
        #expect(run.delivery.remarks == ["tags and reviews that did not fit into a joined row: 2"])
        #expect(run.filtered == ["second viewing on one day": 3])
    }
}
