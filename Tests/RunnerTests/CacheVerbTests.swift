import Foundation
import PluginTestKit
import RedisServer
import TestTags
import Testing

/// `sprocket cache show` and `sprocket cache clear`, and a pipeline that keeps its answers.
@Suite(.tags(.process, .server)) struct CacheVerbTests {
    private let folder: TemporaryFolder
    private let account: AskedAccount

    init() throws {
        folder = try TemporaryFolder()
        account = try AskedAccount(plays: 25)
    }

    private func sprocket(_ words: String..., environment: [String: String] = [:]) throws -> Program.Outcome {
        let environment = account.environment(folder, environment)
        return try Program.run(Program.path, words, in: folder.path, environment: environment)
    }

    /// A pipeline that asks a server and keeps its answers.
    private func write(_ name: String, store: String = "store = \"tiered\"") throws {
        try folder.write(
            """
            [middleware.cache]
            use = "cache"
            \(store)
            ttl = "1d"
            \(account.source)
            [[sink]]
            use = "json-lines"
            path = "out/{name}.jsonl"
            """,
            to: "pipelines/\(name).toml"
        )
    }

    @Test func `without a cache there is nothing to show, and none comes into being`() throws {
        let shown = try sprocket("cache", "show")
        #expect(shown.output == "the cache is empty\n")
        #expect(try sprocket("cache", "clear", "--all").output == "nothing to delete\n")
        #expect(!folder.files.contains { $0.hasPrefix(".sprocket") })
    }

    @Test func `a second run is given the answers of the first, until they are deleted`() throws {
        try write("films")
        var files: Set<String> = []
        for isSecond in [false, true, false] {
            account.forgetRequests()
            let run = try sprocket("run", "films")
            #expect(run.code == 0, "\(run.errors)")
            files.insert(try folder.text(of: "out/films.jsonl"))
            let shown = try sprocket("cache", "show", "films").output
            #expect(account.requests.isEmpty == isSecond)
            guard isSecond else {
                #expect(shown.hasPrefix(".sprocket/cache.db: \(account.askedFor) answers, "), "\(shown)")
                continue
            }
            let kept = try #require(Int(shown.dropFirst(".sprocket/cache.db: ".count).prefix { $0.isNumber }))
            // Once each, and what was new.
            let found = try #require(shown.firstMatch(of: #/found (\d+) of (\d+) times/#)).output
            #expect(try #require(Int(found.1)) >= kept, "\(shown)")
            #expect(Int(found.2) == (Int(found.1) ?? 0) + kept, "\(shown)")
            let cleared = try sprocket("cache", "clear", "films").output
            #expect(cleared.hasPrefix(".sprocket/cache.db: deleted \(kept) answers, "), "\(cleared)")
            #expect(try sprocket("cache", "show").output == "the cache is empty\n")
        }
        #expect(files.count == 1)
    }

    @Test func `json has what the text has`() throws {
        try write("films")
        _ = try sprocket("run", "films")
        struct Shown: Decodable {
            struct Content: Decodable {
                let pipeline, plugin, oldest, newest: String
                let entries, bytes, hits, fetched: Int
            }
            struct Result: Decodable {
                let entries: Int
                let contents: [Content]
            }
            let ok: Bool
            let result: Result
        }
        let json = try sprocket("cache", "show", "--json").output
        let shown = try JSONDecoder().decode(Shown.self, from: Data(json.utf8))
        let content = try #require(shown.result.contents.first)
        #expect(shown.ok)
        #expect((content.pipeline, content.plugin) == ("films", "127.0.0.1"))
        #expect(content.entries == shown.result.entries)
        #expect(content.entries == account.askedFor)
        #expect(content.fetched == content.entries)
        #expect(0...1 ~= content.hits)
    }

    @Test func `answers on a Redis server are shown and deleted by their prefix`() throws {
        let server = try RedisServer()
        let url = ["REDIS_URL": server.url]
        try write("films", store: "store = \"redis\"\nurl = \"${env:REDIS_URL}\"\nprefix = \"films:\"")
        let run = try sprocket("run", "films", environment: url)
        #expect(run.code == 0, "\(run.errors)")
        let shown = try sprocket("cache", "show", "--redis", "env:REDIS_URL", "--prefix", "films:", environment: url)
        #expect(shown.output.contains(#/^127\.0\.0\.1:\d+, names with 'films:': \d+ answers, .+\n$/#), "\(shown)")
        #expect(shown.output.contains(": \(account.askedFor) answers,"), "\(shown)")
        #expect(try sprocket("cache", "show", "--redis", server.url).output == "the cache is empty\n")
        let cleared = try sprocket("cache", "clear", "--all", "--redis", server.url, "--prefix", "films:", "--json")
        let forgotten = #""prefix":"films:","deleted":\#(account.askedFor),"bytes":"#
        #expect(cleared.output.contains(forgotten), "\(cleared)")
        let again = try sprocket("cache", "clear", "--all", "--redis", server.url, "--prefix", "films:")
        #expect(again.output == "nothing to delete\n")
    }

    @Test(arguments: [
        (["cache"], "error[command.operand]: 'sprocket cache' shows or clears, not ''"),
        (["cache", "clear"], "error[command.operand]: 'sprocket cache clear' needs a pipeline"),
        (["cache", "show", "films"], "error[command.pipeline]: no answers are cached for a pipeline 'films'"),
        (
            ["cache", "clear", "--redis", "redis://127.0.0.1:1"],
            "error[command.operand]: 'sprocket cache clear --redis' deletes the answers of all who use the prefix"
        ),
        (
            ["cache", "show", "films", "--redis", "redis://127.0.0.1:1"],
            "error[command.operand]: a Redis server does not record which pipeline an answer belongs to"
        ),
        (
            ["cache", "show", "--redis", "env:NOT_THERE"],
            "error[command.flag]: there is no environment variable 'NOT_THERE'"
        ),
        (
            ["cache", "show", "--redis", "secret"],
            "error[command.flag]: this is not the URL of a Redis server: it does not begin with"
        ),
        (
            ["cache", "show", "--redis", "redis://127.0.0.1:1", "--file", "cache.db"],
            "error[command.flag]: a cache is in a file or on a Redis server, not in both"
        ),
        (["cache", "clear", "films"], "error[command.pipeline]: no answers are cached for a pipeline 'films'"),
        (
            ["cache", "clear", "films", "--all"],
            "error[command.operand]: '--all' deletes the answers of all pipelines, and 'films' names one"
        ),
        (
            ["cache", "show", "--prefix", "films:"],
            "error[command.flag]: --prefix applies only to answers on a Redis server"
        ),
    ])
    func `what cannot be done is reported`(words: [String], expected: String) throws {
        let outcome = try Program.run(Program.path, words, in: folder.path)
        #expect(outcome.code == 2)
        #expect(outcome.errors.hasPrefix(expected))
    }

    @Test(arguments: [
        ["cache", "show", "--file", "not/there.db"], ["cache", "clear", "--all", "--file", "not/there.db"],
    ])
    func `a file that was named has to be there`(words: [String]) throws {
        let outcome = try Program.run(Program.path, words, in: folder.path)
        #expect(outcome.code == 3)
        #expect(outcome.errors.hasPrefix("not/there.db: error[file.missing]: there is no such file"), "\(outcome)")
    }

    @Test func `a server that is away is a fault of the environment`() throws {
        #expect(try sprocket("cache", "show", "--redis", "redis://127.0.0.1:1").code == 3)
    }

    @Test(arguments: ["a file of somebody else\n", ""])
    func `what is not a cache is not advised to be removed, nor is it`(text: String) throws {
        try write("films", store: "store = \"disk\"\npath = \"out.db\"")
        let bytes = Array(String(repeating: text, count: 100).utf8) + Array("end".utf8)
        try folder.write(bytes, to: "out.db")
        let run = try sprocket("run", "films")
        #expect(run.code == 0)
        #expect(run.errors.contains("this is not a cache of sprocket"), "\(run.errors)")
        #expect(!run.errors.contains("remove"), "\(run.errors)")
        #expect(try sprocket("cache", "clear", "--all", "--file", "out.db").code == 3)
        #expect(try folder.bytes(of: "out.db") == bytes)
        #expect(try sprocket("cache", "clear", "--all", "--file", ".sprocket/state.db").code == 3)
        #expect(folder.files.contains(".sprocket/state.db"))
    }

    @Test func `on a full disk a cache is shown, and can be removed`() throws {
        try write("films", store: "store = \"disk\"")
        _ = try sprocket("run", "films")
        // To a program that may not make a file longer the disk is full. Its own words go through a pipe.
        let full = { (words: String...) in
            let script = "(trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\") 2>&1 | cat"
            return try Program.run("/bin/sh", ["-c", script, Program.path] + words, in: folder.path).output
        }
        #expect(try full("cache", "show").hasPrefix(".sprocket/cache.db: \(account.askedFor) answers, "))
        let refused = try full("cache", "clear", "films")
        #expect(refused.contains("error[file.disk-full]"), "\(refused)")
        #expect(refused.contains("'sprocket cache clear --all --file .sprocket/cache.db'"), "\(refused)")
        #expect(!refused.contains("published"))
        let cleared = try full("cache", "clear", "--all")
        #expect(cleared.contains(#/^\.sprocket\/cache\.db: deleted \d+ answers, .+ with the file\n/#), "\(cleared)")
        #expect(cleared.contains("deleted \(account.askedFor) answers"), "\(cleared)")
        #expect(!folder.files.contains { $0.hasPrefix(".sprocket/cache.db") })
        #expect(folder.files.contains(".sprocket/state.db"))
    }

    @Test func `a damaged cache goes as a whole, and nothing else does`() throws {
        try write("films")
        _ = try sprocket("run", "films")
        var bytes = try folder.bytes(of: ".sprocket/cache.db")
        for place in 100..<bytes.count { bytes[place] ^= 0x55 }
        for name in folder.files where name.hasPrefix(".sprocket/cache.db") { unlink(folder.path(name)) }
        try folder.write(bytes, to: ".sprocket/cache.db")
        let run = try sprocket("run", "films")
        #expect(run.code == 0)
        #expect(run.errors.contains("warning[cache.disk]"), "\(run.errors)")
        #expect(try sprocket("cache", "show").code == 3)
        let cleared = try sprocket("cache", "clear", "--all")
        #expect(cleared.code == 0)
        #expect(cleared.output == ".sprocket/cache.db: deleted; its contents cannot be determined\n")
        #expect(!folder.files.contains(".sprocket/cache.db"))
        #expect(folder.files.contains(".sprocket/state.db"))
        #expect(try sprocket("run", "films").code == 0)
    }
}
