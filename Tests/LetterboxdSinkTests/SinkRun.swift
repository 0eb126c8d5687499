import Diagnostics
import Formats
import Glibc
import PluginKit
import Records
import TOML

@testable import LetterboxdSink

/// A run of the sink alone, in a folder of its own: batches in, files out.
struct SinkRun {
    /// A record: what its columns hold, by name; the others are null.
    typealias Record = [String: Value]

    /// The text of each file, by name.
    var files: [String: String] = [:]
    var delivery = Delivery(at: 0, written: 0)
    var rejections: [Rejection] = []
    /// What was left out of batches and at the end, by reason.
    var filtered: [String: Int] = [:]
    /// What was said about records, in order.
    var remarks: [Remark] = []
    var log = StageLog()
    var accepted = 0
    /// What lies in the folder in the end, temporary files included.
    var names: [String] = []

    /// The lines of the only file.
    var lines: [String] {
        guard files.count == 1, let text = files.values.first else { return ["\(files.count) files"] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    static let schema: Schema = [
        "type": .text, "tmdb": .integer, "imdb": .text, "title": .text, "year": .integer, "directors": .text,
        "letterboxd_uri": .text, "watched_at": .instant, "rating": .integer, "rated_at": .instant, "rank": .integer,
        "plays": .integer,
        "tags": .text, "review": .text,
    ]

    /// Writes records, so many in a batch, and publishes the files.
    init(
        _ records: [Record],
        _ options: String = "",
        batchSize: Int = 1000,
        schema: Schema = Self.schema,
        leftovers: [String] = [],
        environment: [String: String] = [:]
    ) async throws {
        let folder = try TemporaryFolder()
        for name in leftovers { try OutputFile("\(folder.path)/\(name)", suffix: "").write([65].span, at: 0) }
        let sink = try Self.sink(in: folder, options, schema: schema, log: log, environment: environment)
        var mark: Int?
        for start in stride(from: 0, to: records.count, by: batchSize) {
            var batch = Self.batch(records[start..<min(start + batchSize, records.count)], schema)
            mark = try await sink.write(&batch, at: mark)
            accepted += batch.count
            rejections += batch.takeRejections()
            for item in batch.takeFiltered() { filtered[item.reason, default: 0] += item.count }
            for remark in batch.takeRemarks() { remarks.add(remark) }
        }
        delivery = try await sink.finish(at: mark)
        for item in delivery.filtered { filtered[item.reason, default: 0] += item.count }
        for file in delivery.files {
            try FileSystem.rename(file.temporaryPath, to: file.path)
            let bytes = try InputFile(file.path).readAll(atMost: 1 << 30)
            files[String(file.path.dropFirst(folder.path.count + 1))] = String(decoding: bytes, as: UTF8.self)
        }
        // As the engine does when everything is published.
        for part in mark.map(sink.parts) ?? [] { FileSystem.remove(part.path) }
        names = try FileSystem.names(in: folder.path)
        delivery.remarks = delivery.remarks.map { $0.replacing(folder.path + "/", with: "") }
        delivery.earlierFiles = delivery.earlierFiles.map { $0.replacing(folder.path + "/", with: "") }
    }

    static func sink(
        in folder: TemporaryFolder,
        _ options: String,
        schema: Schema = Self.schema,
        log: StageLog = StageLog(),
        environment: [String: String] = [:]
    ) throws -> Letterboxd {
        let path = options.contains("path =") ? "" : "path = \"\(folder.path)/films.csv\"\n"
        let zone = options.contains("time_zone") ? "" : "time_zone = \"UTC\"\n"
        let text = (path + zone + options).replacing("{folder}", with: folder.path)
        let bound = try Letterboxd.Options.bind(
            try TOMLDocument(Array(text.utf8), name: "test.toml").root,
            interpolation: Interpolation(),
            subject: "sink 'letterboxd'"
        )
        let run = RunIdentity(pipeline: "test", id: "1", date: "2026-11-23", time: "120000")
        let context = StageContext(stage: "films", run: run, log: log, environment: environment)
        return try Letterboxd(bound, input: schema, in: context)
    }

    static func batch(_ records: some Sequence<Record>, _ schema: Schema = Self.schema) -> Batch {
        Batch(schema, records: records.map { record in schema.names.map { record[$0] ?? .null } })
    }
}

/// A moment, written as in RFC 3339.
func at(_ text: String) -> Value {
    ISO8601.microseconds(of: Array(text.utf8).span).map(Value.instant) ?? .null
}

/// A generator of numbers that gives the same ones for the same seed (Steele, Lea, Flood: SplitMix64).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A folder of its own for a test, gone with the value.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = "/tmp/sprocket-test-XXXXXX".utf8CString.map { $0 }
        guard mkdtemp(&template) != nil else {
            throw Diagnostic("test.folder", message: "no temporary folder can be made")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        if FileSystem.isFolder(path) {
            for name in (try? FileSystem.names(in: path)) ?? [] { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

/// Makes a name that leads to another file.
func link(_ target: String, _ name: String) throws {
    guard symlink(target, name) == 0 else { throw Diagnostic("test.link", message: "no link can be made") }
}
