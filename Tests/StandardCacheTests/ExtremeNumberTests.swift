import Database
import Diagnostics
import PluginKit
import PluginTestKit
import StandardCache
import Testing

/// Any number in what a cache has kept: an answer is given, or is not there, and the cache goes on.
@Suite struct ExtremeNumberTests {
    private static let columns = [
        ("sums", "place"), ("sums", "new_entries"), ("sums", "new_bytes"), ("sums", "proved_entries"),
        ("sums", "proved_bytes"), ("sums", "memories"), ("entries", "queue"), ("entries", "place"), ("entries", "uses"),
        ("entries", "size"), ("entries", "stored_at"), ("entries", "kept_until"), ("entries", "subject"),
        ("subjects", "given"), ("subjects", "fetched"),
    ]

    @Test(arguments: columns)
    func `a file may hold any number`(table: String, column: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("cache.db")
        for number in Extremes.integers {
            for name in folder.files { FileSystem.remove(folder.path(name)) }
            let first = LoggedStore(DiskCache(path, packs: false))
            for entry in 0..<4 { await first.keep(CacheEntry([UInt8](repeating: 1, count: 300)), of: "\(entry)") }
            await first.finish()
            do {
                let connection = try Connection(path: path, patience: .seconds(5), problems: NoProblems.self)
                try connection.script("UPDATE \(table) SET \(column) = \(number)")
            }
            let cache = LoggedStore(DiskCache(path, entryLimit: 3, byteLimit: 65_536, packs: false))
            for entry in 0..<4 {
                let found = await cache.entry(of: "\(entry)", at: 5)
                #expect(found == nil || found?.bytes.count == 300)
                await cache.keep(CacheEntry([UInt8](repeating: 2, count: 300)), of: "new \(entry)", at: 5)
            }
            await cache.finish()
            #expect(cache.log.all.count <= 1)
            let contents = (try? CacheFile(path).contents(at: 7)) ?? []
            for content in contents { #expect(content.bytes >= 0 && content.entries >= 0) }
            _ = try? CacheFile(path).clear("films")
        }
    }

    @Test(arguments: Extremes.integers)
    func `an answer may have been kept at any time, and until any`(number: Int64) async throws {
        for other in Extremes.integers {
            let entry = CacheEntry([1], storedAt: number, freshUntil: other, usableUntil: number, keptUntil: other)
            let form = EntryForm(packs: false)
            #expect(EntryForm.entry(from: form.bytes(of: entry)) == entry)
            let cache = LoggedStore(MemoryCache())
            await cache.keep(entry, of: "a", at: 5)
            _ = await cache.entry(of: "a", at: 5)
            await cache.finish()
        }
    }
}

private enum NoProblems: DatabaseProblems {
    static let area = "test"
    static let content = "the database"
    static func corrupt(_ path: String, detail: String) -> Diagnostic { failed(path, detail: detail) }
}
