import Foundation
import PluginKit
import PluginTestKit
import SprocketPlugins
import Testing

/// No target of the framework names a plugin, or an option, a code or a metric of one, in what it says or compares.
///
/// Comments may: plugins are examples there. The Redis client is a room of the framework, with metrics of its own.
@Suite struct PluginWordTests {
    @Test func `no text of the framework names a plugin, its options, its codes or its metrics`() throws {
        let words = try PluginWords()
        #expect(words.codes.count > 50 && words.options.count > 50 && words.metrics.count > 30)
        var found: [String] = []
        for file in try SourceFile.all(in: "Sources/Framework") {
            for (line, text) in file.texts {
                found += words.named(in: text).map { "\(file.path):\(line): \($0) in \"\(text)\"" }
            }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test(arguments: [
        (#"try max_workers = 4 in \(layer)"#, ["max_workers"]), (#"'elapsed' allows no more"#, ["elapsed"]),
        (#"say burst = 10"#, ["burst"]), (#"[middleware.retry]"#, ["retry"]), (#"use = \"null\""#, ["null"]),
        (#"the limit of Trakt"#, ["trakt"]), ("retry.repeats", ["retry.repeats"]), ("the layer 'pool'", ["pool"]),
        ("sprocket_pool_places", ["sprocket_pool_places"]),
        ("try workers = 4 under [run]", []), ("a cache, a pool or a number", []), ("WHERE path = ?", []),
    ])
    func `a plugin's word is found where a text means the plugin`(text: String, expected: [String]) throws {
        #expect(try PluginWords().named(in: text) == expected)
    }

    @Test func `texts are those of the code, on one line or several, and no comments`() {
        let code = """
            // "a comment"
            let one = "a \\"quoted\\" text"  // "more"
            let two = \"""
                // of 'several'
                lines
                \"""
            """
        let texts = SourceFile(path: "a.swift", code).texts.map(\.text)
        #expect(texts == [#"a \"quoted\" text"#, "// of 'several'", "lines"])
    }
}

/// A file of the sources, and the texts in its code.
private struct SourceFile {
    let path: String
    private let code: String

    init(path: String, _ code: String) { (self.path, self.code) = (path, code) }

    /// The files in a folder of the repository.
    static func all(in folder: String) throws -> [SourceFile] {
        let root = Program.repository + "/" + folder
        let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            SourceFile(path: path, try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8))
        }
    }

    /// The texts, each with its line.
    ///
    /// Of one with a text inside of `\(…)`, the parts around that.
    var texts: [(line: Int, text: String)] {
        var texts: [(line: Int, text: String)] = []
        var isInside = false
        for (index, line) in code.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let bare = line.trimmingCharacters(in: .whitespaces)
            if isInside {
                if bare.hasPrefix(#"""""#) { isInside = false } else { texts.append((index + 1, bare)) }
            } else if bare.hasSuffix(#"""""#) {
                isInside = true
            } else if !bare.hasPrefix("//") {
                // What a line says after a comment has begun is none of its texts.
                let found = line.matches(of: #/"((?:\\.|[^"\\])*)"|//.*/#)
                texts += found.compactMap { match in match.1.map { (index + 1, String($0)) } }
            }
        }
        return texts
    }

    /// The codes of the diagnostics that it makes.
    var codes: [String] { code.matches(of: #/Diagnostic\(\s*"([a-z-]+\.[a-z-]+)"/#).map { String($0.1) } }

    /// The options that it declares, as pipeline files call them.
    var options: [String] {
        code.matches(of: #/@Option\([\s\S]*?\bvar (\w+)/#).map { match in
            match.1.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        }
    }
}

/// What the plugins of this program call themselves, their options, their codes and their metrics.
private struct PluginWords {
    /// Names that mean other things as well: they count where a text quotes or uses them.
    private static let common: Set<String> = [
        "aggregate", "breaker", "cache", "cast", "csv", "dedupe", "explode", "filter", "flatten", "generate", "join",
        "json", "limit", "log",
        "metrics", "null", "number", "output", "pool", "rename", "retry", "route", "sample", "select", "set", "sort",
        "timeout",
        "unique", "unpivot", "validate",
    ]
    /// An option that the framework declares for all sinks, by its type `OnExisting`; and what RFC 6749 calls the fields of
    /// its requests and answers.
    private static let shared: Set<String> = ["on_existing", "access_token", "client_id", "client_secret"]
    /// What the framework calls keys of its own, in quotes: `on_reject = { limit = 5 }`, the records of a staged file, and
    /// `null` and `as` of expressions.
    private static let keys: Set<String> = ["as", "limit", "records", "null"]

    let names: Set<String>
    let options: Set<String>
    let codes: Set<String>
    let metrics: Set<String>

    init() throws {
        let plugins = StandardPlugins.all
        let own = try SourceFile.all(in: "Sources/Framework")
        names = Set(plugins.map { $0.name })
        options = Set(plugins.flatMap { Self.options(of: $0) }).subtracting(own.flatMap(\.options) + Self.shared)
        codes = Set(try SourceFile.all(in: "Sources/Plugins").flatMap(\.codes)).subtracting(own.flatMap(\.codes))
        metrics = Set(plugins.flatMap { $0.metrics.map(\.name) }.filter { !$0.hasPrefix("sprocket_redis_") })
    }

    private static func options<P: Plugin>(of plugin: P.Type) -> [String] { P.Options.definitions.map(\.name) }

    /// The words of plugins in a text.
    func named(in text: String) -> [String] {
        let bare = text.replacing("\\\"", with: "\"")
        var found = bare.split { !($0.isLetter || $0.isNumber || "_-.".contains($0)) }
            .map { $0.trimmingCharacters(in: ["."]) }
            .filter { word in
                codes.contains(word) || metrics.contains(word) || (word.contains("_") && options.contains(word))
                    || (names.contains(word.lowercased()) && !Self.common.contains(word.lowercased()))
            }
            .map { names.contains($0.lowercased()) ? $0.lowercased() : $0 }
        func add(_ word: Substring, _ isOne: Bool) {
            if isOne, !found.contains(String(word)) { found.append(String(word)) }
        }
        for match in bare.matches(of: #/'([a-z_-]+)'/#) where !Self.keys.contains(String(match.1)) {
            add(match.1, names.contains(String(match.1)) || options.contains(String(match.1)))
        }
        for match in bare.matches(of: #/([a-z_]+) = (?:"|\[|\d|true|false)/#) {
            add(match.1, options.contains(String(match.1)))
        }
        for match in bare.matches(of: #/use = "([a-z-]+)|\[[a-z]+\.([a-z-]+)/#) {
            for word in [match.1, match.2].compactMap({ $0 }) { add(word, names.contains(String(word))) }
        }
        return found
    }
}
