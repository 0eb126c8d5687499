import Formats
import Foundation
import PluginTestKit

/// A folder of its own with the shipped pipelines, in which a test runs the program.
struct Workplace {
    let folder: TemporaryFolder
    let sprocket: Program

    init() throws {
        folder = try TemporaryFolder()
        sprocket = Program(folder: folder.path)
        try FileManager.default.createDirectory(atPath: folder.path("pipelines"), withIntermediateDirectories: true)
        for name in Self.shipped {
            try FileManager.default.copyItem(
                atPath: Program.repository + "/pipelines/\(name)",
                toPath: folder.path("pipelines/\(name)")
            )
        }
    }

    /// What ships in `pipelines`; pipelines that a user has put beside are none of the tests' business.
    static let shipped = [
        "demo.toml", "generate-to-csv.toml", "sample", "trakt-backup.toml", "trakt-export-ratings.toml",
        "trakt-export-to-letterboxd.toml", "trakt-export-watchlist.toml", "trakt-new-plays.toml", "trakt-nightly.toml",
        "trakt-ratings.toml", "trakt-to-letterboxd.toml", "trakt-watchlist.toml",
    ]

    /// Puts a ZIP of these files into the folder.
    func export(_ files: KeyValuePairs<String, String>, as name: String = "export.zip") throws {
        try export(files.map { ($0.key, $0.value) }, as: name)
    }

    /// Puts a ZIP of these files into the folder.
    func export(_ files: [(String, String)], as name: String = "export.zip") throws {
        var zip = ZIPWriter()
        for (file, text) in files { try zip.add(file, content: Array(text.utf8)) }
        try folder.write(try zip.finish(), to: name)
    }

    /// Adds the pipeline `waiting`, which waits an hour before its second page; with `-D per=1ms` it does not.
    func addWaitingPipeline() throws {
        try folder.write(
            """
            [vars]
            per = "1h"
            [middleware.pace]
            use = "rate-limit"
            requests = 1
            per = "${var:per}"
            keep = false
            [[source]]
            use = "generate"
            rows = 20
            page_size = 10
            columns = ["id: sequence"]
            middleware = ["pace"]
            [[sink]]
            use = "csv"
            path = "exports/numbers.csv"
            """,
            to: "pipelines/waiting.toml"
        )
    }

    /// A play of a film at a time.
    static func play(_ film: Int, at time: String, id: Int = 1, title: String? = nil) -> String {
        """
        {"id":\(id),"watched_at":"\(time)","action":"watch","type":"movie","movie":{"title":"\(title ?? "Film \(film)")",\
        "year":2000,"ids":{"trakt":\(film),"slug":"film-\(film)","imdb":"tt900\(film)","tmdb":\(film)}}}
        """
    }

    /// The files under final or temporary names in a folder.
    func files(in name: String = "exports") -> [String] {
        folder.files.filter { $0.hasPrefix(name + "/") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// The records of a CSV file as another program reads them: Python's csv module.
    func csv(_ name: String) throws -> [[String: String]] {
        let script =
            "import csv,json,sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], encoding='utf-8', newline='')))))"
        let outcome = try Program.run("/usr/bin/env", ["python3", "-c", script, name], in: folder.path)
        guard outcome.code == 0 else { throw PythonMissing(detail: outcome.errors) }
        return try JSONDecoder().decode([[String: String]].self, from: Data(outcome.output.utf8))
    }
}

/// The tests need Python to read files back with a program that is not ours.
struct PythonMissing: Error, CustomStringConvertible {
    let detail: String
    var description: String { "these tests need python3 (scripts/prerequisites --for-tests installs it): \(detail)" }
}
