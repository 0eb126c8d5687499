import Diagnostics
import Formats
import Glibc
import PluginKit
import PluginTestKit
import Records

@testable import TraktSource

/// Small exports for tests: files by their names, as a ZIP or as a folder.
struct ExportFixture {
    let folder: TemporaryFolder
    let path: String

    enum Form: CaseIterable {
        case zip
        case folder
    }

    init(_ files: KeyValuePairs<String, String>, as form: Form = .zip) throws {
        try self.init(files.map { ($0.key, $0.value) }, as: form)
    }

    init(_ files: [(String, String)], as form: Form = .zip) throws {
        folder = try TemporaryFolder()
        switch form {
        case .folder:
            path = folder.path("export")
            for (name, text) in files { try folder.write(text, to: "export/\(name)") }
        case .zip:
            path = folder.path("export.zip")
            var zip = ZIPWriter()
            for (name, text) in files { try zip.add(name, content: Array(text.utf8)) }
            try folder.write(try zip.finish(), to: "export.zip")
        }
    }

    /// Makes a FIFO among the files of a folder.
    func makeFIFO(_ name: String) throws {
        guard mkfifo("\(path)/\(name)", 0o600) == 0 else {
            throw Diagnostic("test.fifo", message: "no FIFO can be made")
        }
    }

    /// The records of a kind of data, the source held to the laws of pages meanwhile.
    func records(_ data: String, _ more: String = "", batchSize: Int = 1000, log: StageLog = StageLog()) async throws
        -> Batch
    {
        try await SourceContract.verifyPages(
            TraktExportSource.self,
            options: "path = \"\(path)\"\ndata = \"\(data)\"\n\(more)",
            on: Bench(batchSize: batchSize, log: log)
        )
    }

    /// What reading says is wrong.
    func refusal(_ data: String = "history", _ more: String = "") async throws -> Diagnostic? {
        do {
            _ = try await records(data, more)
            return nil
        } catch let diagnostic as Diagnostic {
            return diagnostic
        }
    }

    /// A play of a film, with a number that makes it one of its own.
    static func play(_ number: Int, at time: String = "2014-03-31T09:28:00.000Z") -> String {
        """
        {"id":\(number),"watched_at":"\(time)","action":"watch","type":"movie","movie":{"title":"Film \(number)",\
        "year":2000,"ids":{"trakt":\(number),"slug":"film-\(number)","imdb":"tt9\(number)","tmdb":\(number)}}}
        """
    }
}

extension Batch {
    /// The values of one column, in order.
    func column(_ name: String) -> [Value] {
        guard let field = schema.optionalField(name) else { return [] }
        return (0..<count).map { self[$0, field] }
    }
}
