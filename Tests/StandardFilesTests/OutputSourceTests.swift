import Formats
import PluginKit
import PluginTestKit
import Records
import Testing

@testable import StandardFiles

/// The source `output`.
@Suite struct OutputSourceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(.inMemory) }

    private static let schema: Schema = ["id": .integer, "title": .text, "seen": .date, "a.b": .real]

    /// What the pipeline `films` has published.
    private struct Published: PublishedOutputs {
        let published: PublishedOutput

        func output(_ reference: OutputReference) throws -> PublishedOutput {
            #expect(reference.pipeline == "films" && reference.sink == "all")
            return published
        }
    }

    private func source(
        _ files: [String: String],
        form: String = "csv",
        reading: [String: String] = [:]
    ) throws -> OutputSource {
        var published: [PublishedOutput.File] = []
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            try folder.write(text, to: name)
            let bytes = Array(text.utf8)
            published.append(.init(folder.path(name), bytes: bytes.count, crc32: CRC32(of: bytes).value))
        }
        let contents = FileContents(form: form, schema: Self.schema, reading: reading)
        let context = StageContext(
            stage: "in",
            run: RunIdentity(pipeline: "p", id: "2", date: "2026-01-02", time: "030405"),
            outputs: Published(published: PublishedOutput(run: "1", contents: contents, files: published))
        )
        let options = try Bench().options(OutputSource.Options.self, from: "of = \"films\"\nsink = \"all\"")
        return OutputSource(options, in: context)
    }

    private func records(_ source: OutputSource) async throws -> [[Value]] {
        let request = ReadRequest(try source.describe().schema)
        var records: [[Value]] = []
        var cursors: [String?] = [nil]
        while !cursors.isEmpty {
            var batch = Batch(request.schema)
            let next = try await source.read(at: cursors.removeFirst(), for: request, into: &batch)
            for row in 0..<batch.count { records.append(request.schema.fields.map { batch[row, $0] }) }
            switch next {
            case .end: break
            case .at(let cursor): cursors.append(cursor)
            case .pages(let pages): cursors += pages
            }
        }
        return records
    }

    @Test func `files are read with the columns and kinds that were written`() async throws {
        let source = try source(
            [
                "films-01.csv": "id;title;seen;a.b\n1;\"\";2024-02-29;1.5\n",
                "films-02.csv": "id;title;seen;a.b\n2;;;\n",
            ],
            reading: ["delimiter": "\";\""]
        )
        #expect(try source.describe().schema == Self.schema)
        #expect(
            try await records(source) == [
                [.integer(1), .text(""), .date(19_782), .real(1.5)], [.integer(2), .null, .null, .null],
            ]
        )
    }

    @Test(arguments: ["gone", "shorter", "changed"])
    func `a file that is not what was published is an error`(what: String) async throws {
        let source = try source(["films.csv": "id,title,seen,a.b\n1,x,,\n"])
        switch what {
        case "gone": FileSystem.remove(folder.path("films.csv"))
        case "shorter": try folder.write("id\n", to: "films.csv")
        default: try folder.write("id,title,seen,a.b\n2,x,,\n", to: "films.csv")
        }
        let error = await #expect(throws: Diagnostic.self) { try await records(source) }
        #expect(error?.code == (what == "gone" ? "output.missing" : "output.changed"))
        #expect(error?.hint == "write it again: sprocket run films")
    }

    @Test func `another format is not read`() throws {
        let source = try source([:], form: "parquet")
        let error = #expect(throws: Diagnostic.self) { try source.describe() }
        #expect(error?.message == "the files of 'films' are 'parquet', which is not read")
    }

    @Test func `an output without files has no records`() async throws {
        #expect(try await records(try source([:])).isEmpty)
    }
}
