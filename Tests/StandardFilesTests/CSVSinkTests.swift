import Diagnostics
import Formats
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import StandardFiles

@Suite(.tags(.contract)) struct CSVSinkTests {
    /// What the sink leaves, held to the contract of sinks meanwhile.
    private func files(_ batches: [Batch], _ options: String = "", log: StageLog = StageLog()) async throws
        -> [String: String]
    {
        try await SinkContract.verify(CSVSink.self, batches: batches, on: Bench(log: log)) { folder in
            "path = \"\(folder)/films.csv\"\n\(options)"
        }.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    private func refusal(_ options: String, input: Schema = Films.schema) throws -> String? {
        do {
            _ = try Bench().sink(CSVSink.self, options: "path = \"films.csv\"\n\(options)", input: input)
            return nil
        } catch let error as DiagnosticList {
            return error.all.map { $0.rendered() }.joined(separator: "\n")
        } catch let error as Diagnostic {
            return error.rendered()
        }
    }

    @Test func `each kind is written so that others read it`() async throws {
        let text = try await files([Films.awkward])["films.csv"]
        #expect(
            text == """
                title,year,score,seen,at
                Heat,1995,8.3,true,2014-09-01T09:10:11.000Z
                "Say ""when"", Léon;\r\nplease\t\\ 🎬",-1,-0.0,false,1969-12-31T23:59:59.999999Z
                ,,,,
                "\u{FEFF}first",9223372036854775807,1e+300,true,9999-12-31T23:59:59.999999Z
                =1+1\u{1}\u{7F},-9223372036854775808,5e-324,false,1970-01-01T00:00:00.000Z

                """
        )
    }

    @Test(arguments: [
        ("", CSVDialect()), ("delimiter = \"\\t\"\nline_end = \"crlf\"", CSVDialect(separator: "\t")),
        ("separator = \";\"\nquote = \"all\"", CSVDialect(separator: ";")),
    ])
    func `what is written is read back`(options: String, dialect: CSVDialect) async throws {
        let bytes = try await SinkContract.verify(CSVSink.self, batches: Films.batches(of: Films.awkward, size: 2)) {
            "path = \"\($0)/films.csv\"\n\(options)"
        }
        var reader = CSVReader(BytesInput(bytes["films.csv"] ?? []), dialect: dialect, name: "films.csv")
        var record = CSVRecord()
        #expect(try reader.read(into: &record))
        #expect(record.fields == Films.schema.names)
        var read = Batch(Films.schema)
        while try reader.read(into: &record) {
            let fields = record.fields
            read.append([
                fields[0].isEmpty ? .null : .text(fields[0]),
                Int64(fields[1]).map(Value.integer) ?? .null,
                Double(fields[2]).map(Value.real) ?? .null,
                Bool(fields[3]).map(Value.boolean) ?? .null,
                ISO8601.microseconds(of: fields[4].utf8.span).map(Value.instant) ?? .null,
            ])
        }
        #expect(read == Films.awkward)
    }

    @Test func `chosen columns come in the order of choice, without a header if none is wanted`() async throws {
        let text = try await files([Films.awkward], "columns = [\"seen\", \"year\"]\nheader = false")["films.csv"]
        #expect(text?.split(separator: "\n").map(String.init).first == "true,1995")
    }

    @Test func `without records there is the header`() async throws {
        #expect(try await files([Batch(Films.schema)]) == ["films.csv": "title,year,score,seen,at\n"])
        let folder = try TemporaryFolder()
        let sink = try Bench()
            .sink(
                CSVSink.self,
                options: "path = \"\(folder.path("films.csv"))\"\nline_end = \"crlf\"",
                input: Films.schema
            )
        let delivery = try sink.finish(at: nil)
        #expect(delivery.written == 0)
        #expect(try folder.text(of: "films.csv.part") == "title,year,score,seen,at\r\n")
    }

    @Test func `a time can be the day of a time zone`() async throws {
        let records = Batch(
            ["at": .instant],
            // 2026-03-28 23:30 and 2026-03-29 22:30 UTC: in Paris a day later, before and after the clock changes.
            records: [[.instant(1_774_740_600_000_000)], [.instant(1_774_823_400_000_000)], [nil]]
        )
        let options = "instants = \"day\"\ntime_zone = \"Europe/Paris\""
        #expect(try await files([records], options) == ["films.csv": "at\n2026-03-29\n2026-03-30\n\"\"\n"])
        #expect(try await files([records], "instants = \"day\"")["films.csv"] == "at\n2026-03-28\n2026-03-29\n\"\"\n")
    }

    @Test func `null can have a text, and a record that holds it is told`() async throws {
        let log = StageLog()
        let records = Batch(["a": .text, "b": .integer], records: [[nil, nil], ["", 1]])
        #expect(try await files([records], "null = \"NULL\"", log: log)["films.csv"] == "a,b\nNULL,NULL\n\"\",1\n")
        #expect(log.all.isEmpty)
        _ = try await files([Batch(["a": .text], records: [["NULL"], ["NULL"]])], "null = \"NULL\"", log: log)
        #expect(log.all.map(\.code) == ["csv.null-text"])
    }

    @Test(arguments: [1, 2, 3, 7])
    func `parts of so many records are files with headers`(batchSize: Int) async throws {
        let batches = Films.batches(of: Films.numbered(7), size: batchSize)
        #expect(
            try await files(batches, "max_rows = 3") == [
                "films-01.csv": "title,n\nFilm 1,1\nFilm 2,2\nFilm 3,3\n",
                "films-02.csv": "title,n\nFilm 4,4\nFilm 5,5\nFilm 6,6\n",
                "films-03.csv": "title,n\nFilm 7,7\n",
            ]
        )
    }

    @Test(arguments: [1, 2, 3, 5])
    func `parts of so many bytes count the header and divide no record`(batchSize: Int) async throws {
        // "title,n\n" has 8 bytes, "Film 1,1\n" has 9: two records fit into 26, and one that is longer is alone.
        var records = Films.numbered(4)
        records.append([.text(String(repeating: "x", count: 50)), 5])
        let batches = Films.batches(of: records, size: batchSize)
        #expect(
            try await files(batches, "max_bytes = 26") == [
                "films-01.csv": "title,n\nFilm 1,1\nFilm 2,2\n",
                "films-02.csv": "title,n\nFilm 3,3\nFilm 4,4\n",
                "films-03.csv": "title,n\n\(String(repeating: "x", count: 50)),5\n",
            ]
        )
    }

    @Test func `a file that just fits has no number`() async throws {
        #expect(try await Array(files([Films.numbered(3)], "max_rows = 3").keys) == ["films.csv"])
    }

    @Test func `a number in the path is the part's, in folders too`() async throws {
        let files = try await SinkContract.verify(CSVSink.self, batches: [Films.numbered(3)]) {
            "path = \"\($0)/{part}/films.csv\"\nmax_rows = 2"
        }
        #expect(files.keys.sorted() == ["01/films.csv", "02/films.csv"])
    }

    @Test(arguments: ["films.csv", "films-{part}.csv"])
    func `all parts of earlier runs are named, also behind a gap`(pattern: String) async throws {
        let folder = try TemporaryFolder()
        let old = ["films-03.csv", "films-05.csv", "films-117.csv"]
        for name in old + ["films-x.csv", "films-1.csv", "other-01.csv"] { try folder.write("old", to: name) }
        let options = "path = \"\(folder.path(pattern))\"\nmax_rows = 2"
        let sink = try Bench().sink(CSVSink.self, options: options, input: Films.numbered(1).schema)
        var batch = Films.numbered(3)
        let mark = try sink.write(&batch, at: nil)
        #expect(try sink.finish(at: mark).earlierFiles == old.sorted().map(folder.path))
    }

    @Test func `a longer file of an attempt before is cut`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "old\n", count: 100), to: "films.csv.part")
        let sink = try Bench()
            .sink(CSVSink.self, options: "path = \"\(folder.path("films.csv"))\"", input: Films.numbered(1).schema)
        var batch = Films.numbered(1)
        let mark = try sink.write(&batch, at: nil)
        let delivery = try sink.finish(at: mark)
        #expect(delivery.files.map(\.bytes) == [17])
        #expect(delivery.files.map(\.records) == [1])
        #expect(try folder.text(of: "films.csv.part") == "title,n\nFilm 1,1\n")
    }

    @Test func `a mark names its parts, to a sink made anew too`() throws {
        let folder = try TemporaryFolder()
        let options = "path = \"\(folder.path("films.csv"))\"\nmax_rows = 2\nheader = false"
        let sink = try Bench().sink(CSVSink.self, options: options, input: Films.numbered(1).schema)
        let mark = try #require(FileMark("18:2,18:2,9:1"))
        let names = ["films.csv.part", "films.csv.2.part", "films.csv.3.part"].map(folder.path)
        #expect(
            sink.parts(at: mark)
                == zip(names, [(18, 2), (18, 2), (9, 1)]).map { name, part in
                    StagedFile(name, bytes: part.0, records: part.1, format: .csv(hasHeader: false))
                }
        )
    }

    @Test func `what an earlier process left behind the mark is gone`() async throws {
        let folder = try TemporaryFolder()
        for part in ["films.csv.part", "films.csv.2.part", "films.csv.3.part", "films.csv.4.part"] {
            try folder.write("an earlier attempt wrote this", to: part)
        }
        let options = "path = \"\(folder.path("films.csv"))\"\nmax_rows = 2"
        let make = { try Bench().sink(CSVSink.self, options: options, input: Films.numbered(1).schema) }
        var batch = Films.numbered(3)
        let mark = try make().write(&batch, at: nil)
        let delivery = try make().finish(at: mark)
        #expect(delivery.files.map(\.format) == [.csv(hasHeader: true), .csv(hasHeader: true)])
        #expect(folder.files == ["films.csv.2.part", "films.csv.part"])
        #expect(try folder.text(of: "films.csv.part") == "title,n\nFilm 1,1\nFilm 2,2\n")
        #expect(try folder.text(of: "films.csv.2.part") == "title,n\nFilm 3,3\n")
        await (try make()).abandon(at: nil)
        #expect(folder.files.isEmpty)
    }

    @Test func `a closed part that has lost bytes is refused`() throws {
        let folder = try TemporaryFolder()
        try folder.write("title,n\n", to: "films.csv.part")
        try folder.write("title,n\nFilm 3,3\n", to: "films.csv.2.part")
        let options = "path = \"\(folder.path("films.csv"))\"\nmax_rows = 2"
        let sink = try Bench().sink(CSVSink.self, options: options, input: Films.numbered(1).schema)
        #expect {
            _ = try sink.finish(at: FileMark("26:2,17:1"))
        } throws: {
            ($0 as? Diagnostic)?.code == "file.shorter"
        }
    }

    @Test func `more parts than a checkpoint can carry are refused`() async throws {
        let folder = try TemporaryFolder()
        let options = "path = \"\(folder.path("films.csv"))\"\nmax_rows = 1"
        let sink = try Bench().sink(CSVSink.self, options: options, input: Films.numbered(1).schema)
        try folder.write("title,n\nFilm 1,1\n", to: "films.csv.999.part")
        let mark = FileMark(String(repeating: "17:1,", count: 998) + "17:1")
        try folder.write("title,n\nFilm 0,0\n", to: "films.csv.999.part")
        var batch = Films.numbered(2)
        #expect {
            _ = try sink.write(&batch, at: mark)
        } throws: {
            ($0 as? Diagnostic)?.code == "files.too-many-parts"
        }
        await sink.abandon(at: nil)
        #expect(folder.files.isEmpty)
    }

    @Test(arguments: [
        (
            "columns = [\"titel\", \"year\", \"year\"]",
            """
            options:2:11: error[schema.unknown-column]: there is no column 'titel' here
                2 | columns = ["titel", "year", "year"]
                  |           ^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean 'title'?
            options:2:11: error[files.column-twice]: the column 'year' is named twice
                2 | columns = ["titel", "year", "year"]
                  |           ^^^^^^^^^^^^^^^^^^^^^^^^^
            """
        ),
        (
            "delimiter = \"-\"",
            """
            options:2:13: error[csv.separator]: "-" cannot separate fields
                2 | delimiter = "-"
                  |             ^^^ one ASCII character other than a letter, digit, quote, backslash, line end, '+', '-' or '.'
            """
        ),
        (
            "separator = \";\"\ndelimiter = \"|\"",
            """
            options:2:13: error[csv.delimiter]: 'separator' is the former name of 'delimiter', and they differ
                2 | separator = ";"
                  |             ^^^ remove 'separator'
            """
        ),
        (
            "encoding = \"latin-1\"\nbom = true\nnull = \"–\"",
            """
            options:2:12: error[csv.encoding]: '–' has '–', which latin-1 cannot express
                2 | encoding = "latin-1"
                  |            ^^^^^^^^^ encoding = "utf-8" can; or rename the column
            options:3:7: error[csv.encoding]: latin-1 has no byte order mark
                3 | bom = true
                  |       ^^^^ remove 'bom', or choose encoding = "utf-8"
            """
        ),
        (
            "level = 3",
            """
            options:2:9: error[files.level]: the file is not compressed, so it has no level
                2 | level = 3
                  |         ^ add compression = "gzip", or remove 'level'
            """
        ),
        (
            "compression = \"gzip\"\nlevel = 10",
            """
            options:3:9: error[files.level]: 10 is out of range
                3 | level = 10
                  |         ^^ allowed: 1...9
            """
        ),
        (
            "spool = false",
            """
            options:2:9: error[files.standard-output]: 'spool' is for standard output only: files wait under temporary names
                2 | spool = false
                  |         ^^^^^ remove it, or write to path = "-"
            """
        ),
        (
            "time_zone = \"Europe/Paris\"",
            """
            options:2:13: error[csv.time-zone]: a time zone is only used for days, and times are written in UTC
                2 | time_zone = "Europe/Paris"
                  |             ^^^^^^^^^^^^^^ add instants = "day", or remove 'time_zone'
            """
        ),
        (
            "instants = \"day\"\ntime_zone = \"Europe/Pariss\"",
            """
            options:3:13: error[zone.unknown]: there is no time zone 'Europe/Pariss'
                3 | time_zone = "Europe/Pariss"
                  |             ^^^^^^^^^^^^^^^ did you mean 'Europe/Paris'?
            """
        ),
        (
            "max_rows = 0",
            """
            options:2:12: error[option.range]: 0 is out of range
                2 | max_rows = 0
                  |            ^ allowed: 1 and more
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        #expect(try refusal(options) == expected)
    }

    @Test func `an input without columns is refused`() throws {
        #expect(try refusal("", input: [:]) == "error[files.no-columns]: there is no column to write")
    }
}
