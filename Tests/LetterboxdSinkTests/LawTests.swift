import Diagnostics
import Formats
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import LetterboxdSink

@Suite(.tags(.contract, .fuzz)) struct LawTests {
    /// Viewings, ratings and reviews of few films at few moments, so that everything that can meet does.
    static func rows(seed: UInt64, count: Int) -> [DiaryModel.Row] {
        var random = SplitMix(seed: seed)
        return (0..<count).map { _ in
            var row = DiaryModel.Row()
            let film = Int64.random(in: 1...12, using: &random)
            if film <= 8 { row.tmdb = film }
            if film >= 8 { row.imdb = film == 12 ? "tt00012" : "tt\(film)" }
            if Int.random(in: 0..<4, using: &random) > 0 {
                // In the first nine days of 2020, every eight hours.
                row.watchedAt = 1_577_836_800_000 + Int64.random(in: 0..<27, using: &random) * 28_800_000
            }
            row.rating = [nil, 0, 3, 7, 10].randomElement(using: &random) ?? nil
            if row.watchedAt == nil, Bool.random(using: &random) {
                row.ratedAt = 1_500_000_000_000 + Int64.random(in: 0..<5, using: &random)
            }
            row.tags = [nil, nil, "a", "b,a", "c"].randomElement(using: &random) ?? nil
            row.review = [nil, nil, "good", "bad", ""].randomElement(using: &random) ?? nil
            return row
        }
    }

    @Test(arguments: 0..<60)
    func `the files are those of the plain recipe`(seed: Int) async throws {
        for (every, undatedFirst) in [(false, false), (true, true)] {
            let rows = Self.rows(seed: UInt64(seed), count: 1 + seed * 2)
            let run = try await SinkRun(
                rows.map(\.record),
                "rating = \"\(every ? "every" : "newest")\"\nundated_first = \(undatedFirst)",
                batchSize: 1 + seed % 9
            )
            let expected = DiaryModel(every: every, undatedFirst: undatedFirst).lines(of: rows)
            let text = run.files["films.csv"]?.replacing("\n\n", with: "|") ?? ""
            #expect(text.split(separator: "\n").map(String.init) == expected)
            #expect(run.delivery.written == expected.count - 1)
            #expect(run.delivery.written + run.delivery.filtered.reduce(0) { $0 + $1.count } == run.accepted)
        }
    }

    @Test(arguments: 1...5)
    func `the order of the input and the size of batches make no difference`(seed: Int) async throws {
        let rows = Self.rows(seed: UInt64(seed), count: 300)
        let whole = try await SinkRun(rows.map(\.record))
        var random = SplitMix(seed: UInt64(seed))
        for batchSize in [1, 7, 1000] {
            let other = try await SinkRun(rows.shuffled(using: &random).map(\.record), batchSize: batchSize)
            #expect(other.files == whole.files)
            #expect(other.filtered == whole.filtered)
        }
    }

    @Test(arguments: ["", "max_bytes = 1000", "max_rows = 3\nquotes = \"backslash\""])
    func `keeps the contract of a sink`(options: String) async throws {
        let rows = Self.rows(seed: 5, count: 60).map(\.record)
        let batches = stride(from: 0, to: 60, by: 15).map { SinkRun.batch(rows[$0..<$0 + 15]) }
        let files = try await SinkContract.verify(Letterboxd.self, batches: batches) { folder in
            "path = \"\(folder)/films.csv\"\ntime_zone = \"UTC\"\n\(options)"
        }
        let whole = try await SinkRun(rows, options)
        #expect(files.mapValues { String(decoding: $0, as: UTF8.self) } == whole.files)
    }

    @Test(arguments: [("doubled", RecordFormat.csv(hasHeader: true)), ("backslash", .opaque)])
    func `files say how their rows can be counted`(quotes: String, format: RecordFormat) async throws {
        let run = try await SinkRun([["tmdb": 1, "title": "A \"B, C"]], "quotes = \"\(quotes)\"")
        #expect(run.delivery.files.map(\.format) == [format])
    }

    @Test func `writing a batch again at its mark changes nothing`() async throws {
        let folder = try TemporaryFolder()
        let sink = try SinkRun.sink(in: folder, "")
        let rows = Self.rows(seed: 3, count: 40).map(\.record)
        var marks: [Int?] = [nil]
        for start in stride(from: 0, to: 40, by: 10) {
            var batch = SinkRun.batch(rows[start..<start + 10])
            marks.append(try await sink.write(&batch, at: marks[marks.count - 1]))
        }
        let spool = folder.path + "/films.csv.spool"
        let once = try InputFile(spool).readAll(atMost: 1 << 20)
        for (index, start) in stride(from: 0, to: 40, by: 10).enumerated() {
            var batch = SinkRun.batch(rows[start..<start + 10])
            #expect(try await sink.write(&batch, at: marks[index]) == marks[index + 1])
            #expect(try InputFile(spool).readAll(atMost: 1 << 20) == once)
        }
    }

    @Test func `a run resumed at a mark makes the files that one without a break makes`() async throws {
        let rows = Self.rows(seed: 4, count: 60).map(\.record)
        let whole = try await SinkRun(rows)
        let folder = try TemporaryFolder()
        var first = SinkRun.batch(rows[..<30])
        let mark = try await SinkRun.sink(in: folder, "").write(&first, at: nil)
        // The first run wrote more than it had time to note.
        var lost = SinkRun.batch(rows)
        _ = try await SinkRun.sink(in: folder, "").write(&lost, at: mark)
        var second = SinkRun.batch(rows[30...])
        let sink = try SinkRun.sink(in: folder, "")
        let end = try await sink.write(&second, at: mark)
        let delivery = try await sink.finish(at: end)
        let text = try delivery.files.map { file in
            String(decoding: try InputFile(file.temporaryPath).readAll(atMost: 1 << 20), as: UTF8.self)
        }
        #expect(text == Array(whole.files.values))
    }

    @Test func `a spool that has lost rows ends the run with a code`() async throws {
        let folder = try TemporaryFolder()
        let sink = try SinkRun.sink(in: folder, "")
        var batch = SinkRun.batch([["tmdb": 1]])
        let mark = try await sink.write(&batch, at: nil)
        await #expect {
            _ = try await sink.finish(at: mark + 1)
        } throws: {
            ($0 as? Diagnostic)?.code == "letterboxd.spool"
        }
        await #expect {
            _ = try await sink.finish(at: mark - 1)
        } throws: {
            ($0 as? Diagnostic)?.code == "letterboxd.spool"
        }
        await sink.abandon(at: nil)
        #expect(try FileSystem.names(in: folder.path) == [])
    }

    @Test func `nothing is left of a run that is abandoned, before the end or after it`() async throws {
        let folder = try TemporaryFolder()
        let sink = try SinkRun.sink(in: folder, "max_bytes = 1000")
        var batch = SinkRun.batch(PartTests.films(100))
        let mark = try await sink.write(&batch, at: nil)
        #expect(try FileSystem.names(in: folder.path) == ["films.csv.spool"])
        await sink.abandon(at: nil)
        #expect(try FileSystem.names(in: folder.path) == [])

        var again = SinkRun.batch(PartTests.films(100))
        _ = try await sink.write(&again, at: nil)
        let delivery = try await sink.finish(at: mark)
        #expect(delivery.files.map(\.records) == [36, 36, 28])
        #expect(
            try FileSystem.names(in: folder.path) == [
                "films.csv.2.part", "films.csv.3.part", "films.csv.part", "films.csv.spool",
            ]
        )
        await sink.abandon(at: nil)
        #expect(try FileSystem.names(in: folder.path) == [])
    }

    @Test func `a full disk is reported as such, and leaves nothing under a final name`() async throws {
        let folder = try TemporaryFolder()
        let sink = try SinkRun.sink(in: folder, "")
        var batch = SinkRun.batch([["tmdb": 1]])
        await #expect {
            try await Faults.$current.withValue(FullDisk(for: "films.csv.spool")) {
                _ = try await sink.write(&batch, at: nil)
            }
        } throws: {
            ($0 as? Diagnostic)?.code == "file.disk-full"
        }
        await sink.abandon(at: nil)
        #expect(try FileSystem.names(in: folder.path) == [])
    }

    @Test func `a disk that fills up while files are made leaves no file`() async throws {
        let folder = try TemporaryFolder()
        let sink = try SinkRun.sink(in: folder, "max_bytes = 1000")
        var batch = SinkRun.batch(PartTests.films(100))
        let mark = try await sink.write(&batch, at: nil)
        await #expect {
            try await Faults.$current.withValue(FullDisk(for: "films.csv.2.part")) {
                _ = try await sink.finish(at: mark)
            }
        } throws: {
            ($0 as? Diagnostic)?.code == "file.disk-full"
        }
        await sink.abandon(at: nil)
        #expect(try FileSystem.names(in: folder.path) == [])
    }
}
