internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Glibc
internal import Jobs
internal import PluginKit
internal import StandardCache

/// `sprocket cache`: shows or deletes the answers that are cached on the disk or on a Redis server.
struct CacheVerb: Verb {
    static let name = "cache"
    static let summary = "Show or delete the answers that are cached on the disk or on a Redis server."
    static let operands = "show [PIPELINE] | clear PIPELINE | clear --all"
    static let flags = [
        Flag("all", value: nil, help: "Delete the answers of all pipelines."),
        Flag(
            "file",
            value: "FILE",
            help: "The file of the cache, if a pipeline sets it ('path'). Default: cache.db in the state's folder."
        ),
        Flag(
            "redis",
            value: "URL",
            help:
                "The Redis server of a cache, instead of a file: redis://host:6379, or env:NAME for the URL in a variable."
        ),
        Flag(
            "prefix",
            value: "TEXT",
            help: "The prefix of the keys on the Redis server. Default: sprocket:."
        ),
        Flag.state,
    ]

    private let arguments: Arguments
    private let world: World

    init(_ arguments: Arguments, in world: World) {
        self.arguments = arguments
        self.world = world
    }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do {
            if let url = arguments["redis"] {
                let listing = try await listing(arguments.operands, onRedis: url)
                terminal.result(listing.text, json: listing.json)
            } else {
                let listing = try listing(arguments.operands)
                terminal.result(listing.text, json: listing.json)
            }
            return .done
        } catch {
            let diagnostic =
                error as? Diagnostic ?? Diagnostic("cache.failed", message: "\(error)", category: .environment)
            terminal.report(diagnostic)
            return ExitCode(for: diagnostic)
        }
    }

    private func listing(_ words: [String]) throws -> CacheListing {
        guard arguments["prefix"] == nil else {
            throw Diagnostic(
                "command.flag",
                message: "--prefix applies only to answers on a Redis server",
                category: .usage,
                hint: "give --redis as well, or leave --prefix out"
            )
        }
        switch (words.first, words.count) {
        case ("show", 1):
            try checkFile()
            return CacheListing(file, contents: try file.contents(at: Self.now), at: Self.now)
        case ("show", 2):
            let name = try known(words[1])
            return CacheListing(file, contents: try file.contents(of: name, at: Self.now), at: Self.now)
        case ("clear", 1) where arguments.has("all"):
            try checkFile()
            return CacheListing(file, deleted: try file.clear(), at: Self.now)
        case ("clear", 2) where !arguments.has("all"):
            let name = try known(words[1])
            return CacheListing(file, deleted: try file.clear(name), at: Self.now)
        case ("clear", 2):
            throw Diagnostic(
                "command.operand",
                message: "'--all' deletes the answers of all pipelines, and '\(words[1])' names one",
                category: .usage,
                hint: "leave one of them out"
            )
        case ("clear", 1):
            throw Diagnostic(
                "command.operand",
                message: "'sprocket cache clear' needs a pipeline",
                category: .usage,
                hint: "sprocket cache clear --all deletes all answers"
            )
        default:
            throw Diagnostic(
                "command.operand",
                message: "'sprocket cache' shows or clears, not '\(words.joined(separator: " "))'",
                category: .usage,
                hint: "sprocket cache \(Self.operands)"
            )
        }
    }

    private func listing(_ words: [String], onRedis url: String) async throws -> RedisCacheListing {
        guard arguments["file"] == nil else {
            throw Diagnostic(
                "command.flag",
                message: "a cache is in a file or on a Redis server, not in both",
                category: .usage,
                hint: "give --file or --redis"
            )
        }
        let contents = try Self.contents(try secret(url), prefix: arguments["prefix"] ?? "sprocket:")
        switch (words.first, words.count) {
        case ("show", 1): return RedisCacheListing(contents, amount: try await contents.amount())
        case ("clear", 1) where arguments.has("all"):
            return RedisCacheListing(contents, amount: try await contents.clear(), isCleared: true)
        case ("clear", 1):
            throw Diagnostic(
                "command.operand",
                message: "'sprocket cache clear --redis' deletes the answers of all who use the prefix",
                category: .usage,
                hint: "to confirm: --all"
            )
        default:
            throw Diagnostic(
                "command.operand",
                message: "a Redis server does not record which pipeline an answer belongs to",
                category: .usage,
                hint: "leave the pipeline out; --prefix selects the answers of caches with their own 'prefix'"
            )
        }
    }

    private static func contents(_ url: Secret, prefix: String) throws(Diagnostic) -> RedisContents {
        do throws(Diagnostic) {
            return try RedisContents(url, prefix: prefix)
        } catch {
            // The URL itself is wrong; the server has not been contacted.
            var mistake = error
            mistake.code = "command.flag"
            mistake.category = .usage
            throw mistake
        }
    }

    /// The URL that was given, or the value of the variable that was named.
    private func secret(_ word: String) throws(Diagnostic) -> Secret {
        guard word.hasPrefix("env:") else { return Secret(word) }
        let name = String(word.dropFirst(4))
        if let url = world.environment[name] { return Secret(url) }
        throw Diagnostic(
            "command.flag",
            message: "there is no environment variable '\(name)'",
            category: .usage,
            hint: "--redis env:REDIS_URL"
        )
    }

    private var file: CacheFile {
        if let path = arguments["file"] { return CacheFile(path) }
        let folder = world.stateFolder
        return CacheFile("\(folder)/\(Cache.fileName)", isOwn: true, parts: Cache.partPaths(in: folder))
    }

    /// Refuses a file that was named and does not exist: a typing error is not an empty cache.
    private func checkFile() throws(Diagnostic) {
        guard let path = arguments["file"], !file.exists else { return }
        throw Diagnostic(
            "file.missing",
            message: "there is no such file",
            category: .environment,
            at: .file(path),
            hint: "the pipeline's option 'path' names the file of its cache"
        )
    }

    /// The name of a pipeline that has cached answers.
    private func known(_ word: String) throws -> String {
        try checkFile()
        // A file may give its pipeline another name than its own; answers are stored under that.
        let name = (try? world.pipelines.file(word))?.name ?? word
        let names = Set(try file.contents(at: Self.now).map(\.subject.pipeline))
        if names.contains(name) { return name }
        throw Diagnostic(
            "command.pipeline",
            message: "no answers are cached for a pipeline '\(name)'",
            category: .usage,
            hint: hint(for: name, among: names.sorted()) ?? "'sprocket cache show' lists the cached answers"
        )
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    private static var now: Int64 {
        SystemClock.seconds * 1000
    }
}
