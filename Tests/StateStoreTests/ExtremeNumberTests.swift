import Diagnostics
import PluginKit
import PluginTestKit
import StateStore
import Testing

/// Any number in any column of the state: it is read as what was stored, or the state is refused.
@Suite struct ExtremeNumberTests {
    private static let columns = [
        ("runs", "started_at"), ("runs", "ended_at"), ("runs", "attempts"), ("runs", "checkpoint"), ("runs", "seal"),
        ("runs", "number"), ("checkpoints", "sequence"), ("checkpoints", "seal"), ("checkpoint_parts", "bytes"),
        ("checkpoint_parts", "crc32"), ("checkpoint_parts", "records"), ("checkpoint_parts", "position"),
        ("publications", "seal"), ("publication_files", "bytes"), ("publication_files", "crc32"),
        ("bookmarks", "changed_at"), ("bookmarks", "seal"), ("reports", "seal"),
    ]

    @Test(arguments: columns)
    func `a number that is not the stored one is found out`(table: String, column: String) throws {
        for number in Extremes.integers {
            let folder = try TemporaryFolder()
            let store = try RunStore(in: folder.state)
            let (stopped, published) = (Sample.identity("1"), Sample.identity("2", of: "others"))
            try store.begin(stopped, configuration: "abc", at: 1)
            try store.save(Sample.checkpoint(), of: stopped)
            try store.begin(published, configuration: "abc", at: 2)
            try store.save(Sample.checkpoint(2), of: published)
            try store.intend(Sample.intention, of: published)
            let bookmark = Bookmark(stage: "plays", cursor: "2026")
            let other = Sample.identity("3", of: "third")
            try store.begin(other, configuration: "abc", at: 1)
            try store.complete(other, report: "{}", bookmarks: [bookmark], at: 9)
            let change = "PRAGMA foreign_keys = OFF; UPDATE \(table) SET \(column) = \(number)"
            // Where a number has to be another in each row, one row gets it; what the database refuses is not there.
            let isChanged = [change, change + " WHERE rowid = 1"].contains {
                (try? Database.query($0, in: folder.database)) != nil
            }
            guard isChanged else { continue }
            do {
                let store = try RunStore(in: folder.state)
                for pipeline in ["films", "others", "third"] {
                    _ = try store.lastRun(of: pipeline)
                    // What a run that is resumed does with the numbers.
                    _ = try store.resume(pipeline == "films" ? stopped : published)
                }
                _ = try store.history()
                _ = try store.bookmarks()
            } catch let problem as Diagnostic {
                #expect(problem.code.name.hasPrefix("state."), "\(number)")
            }
        }
    }
}
