import PluginKit
import PluginTestKit
import Runs
import StandardTransforms
import Testing

/// The example of every page of the reference runs.
@Suite struct ExampleTests {
    /// What the examples read: all columns that they name.
    private static let plays = """
        {"id": 1, "user": "anna", "title": "The Heat", "rating": 9, "year": 1995, "type": "movie", "price": "1.50",\
         "seen": "1.2.2024", "watched_at": "2024-02-01T20:00:00Z", "tmdb": 949, "trakt": 1, "tmp_a": "x", "email": "a", "changed_at": "2024-02-01T20:00:00Z", "month_1": 5, "month_2": 7,\
         "film_name": "Heat", "genres": ["Crime", "Drama"], "movie": {"title": "Heat", "ids": {"tmdb": 949}}}
        {"id": 2, "user": "ben", "title": "Alien", "rating": null, "year": 1979, "type": "show", "price": "n/a",\
         "seen": "", "watched_at": null, "tmdb": 348, "trakt": 2, "genres": []}

        """
    private static let columns = """
        ["id: integer", "user", "title", "rating: integer", "year: integer", "type", "price", "seen", \
        "watched_at: instant", "email", "changed_at: instant", "month_1: integer", "month_2: integer", "tmdb: integer", "trakt: integer", "tmp_a", "film_name", "genres: json", "movie: json"]
        """

    /// A plugin and its example: a type cannot be shown as the argument of a test.
    struct Example: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String?

        var testDescription: String { name }

        init<P: Plugin>(_ plugin: P.Type) { (name, text) = (plugin.name, plugin.example) }
    }

    static let examples: [Example] = TransformPlugins.all.map { plugin in Example(plugin) }

    @Test(arguments: examples)
    func `an example runs, and its records arrive`(example: Example) async throws {
        let folder = try TemporaryFolder(.inMemory)
        _ = try folder.write(Self.plays, to: "plays.jsonl")
        let lines = try #require(example.text)
        let text = Self.pipeline(lines).replacing("path = \"", with: "path = \"\(folder.path)/")
        let (report, problem) = await run(text)
        #expect(problem == nil)
        let stage = try #require(report?.stages.first { $0.plugin == example.name })
        #expect(stage.tally.received > 0)
    }

    /// The example behind a source, before a sink unless it has its own.
    private static func pipeline(_ example: String) -> String {
        let source = "[[source]]\nuse = \"json-lines\"\npath = \"plays.jsonl\"\nname = "
        let sink = example.contains("[[sink]]") ? "" : "[[sink]]\nuse = \"null\"\n"
        // A second source has what the first one lacks.
        guard example.contains("lookup = ") else {
            return "\(source)\"plays\"\ncolumns = \(columns)\n\(example)\n\(sink)"
        }
        return "\(source)\"plays\"\ncolumns = [\"trakt: integer\"]\n"
            + "\(source)\"ratings\"\ncolumns = [\"trakt: integer\", \"rating: integer\"]\n\(example)\n\(sink)"
    }
}
