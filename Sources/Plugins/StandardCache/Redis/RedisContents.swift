package import PluginKit
internal import Redis

/// The answers that a Redis server keeps under a prefix, for people who want to know of them, or have them forgotten.
///
/// The server knows of no pipelines: answers of all who use the prefix are together. What else begins with it, such as a
/// shared limit, is neither counted nor touched.
package struct RedisContents: Sendable {
    /// How much there is.
    package struct Amount: Sendable, Hashable {
        /// How many answers.
        package var answers: Int
        /// What they take in the server's memory; nil if it does not tell.
        package var bytes: Int?

        /// So much.
        package init(answers: Int = 0, bytes: Int? = 0) {
            self.answers = answers
            self.bytes = bytes
        }
    }

    private let client: RedisClient
    /// What the names of answers begin with.
    package let prefix: String
    /// About how many names the server looks at before it answers others in between.
    private static let page = 500

    /// The answers on a server; nobody is asked yet.
    ///
    /// - Parameters:
    ///   - url: Where the server is, as in the option `url`.
    ///   - prefix: What the names of answers begin with.
    /// - Throws: `redis.url`.
    package init(_ url: Secret, prefix: String) throws(Diagnostic) {
        client = RedisClient(try RedisAddress(url), limits: RedisLimits(connect: .seconds(5), command: .seconds(30)))
        self.prefix = prefix
    }

    /// The server's name and port, or its socket, without what is secret.
    package var server: String { "\(client.endpoint)" }

    /// Counts them.
    ///
    /// - Throws: why the server does not answer.
    package func amount() async throws -> Amount {
        var amount = Amount()
        try await walk { names in
            amount.answers += names.count
            guard let sum = amount.bytes else { return }
            amount.bytes = try await bytes(of: names).map { sum.adding(clamped: $0) }
        }
        return amount
    }

    /// Has them forgotten.
    ///
    /// - Returns: How many there were, and what they took.
    /// - Throws: why the server does not answer, or does not do it; some may be forgotten then.
    package func clear() async throws -> Amount {
        var amount = Amount()
        try await walk { names in
            let bytes = try await bytes(of: names)
            let answer = try await ask(RedisCommand(["UNLINK"] + names.map { .text($0) }))
            guard case .integer(let count) = answer else { return }
            amount.answers = amount.answers.adding(clamped: Int(count))
            amount.bytes = amount.bytes.flatMap { sum in bytes.map { sum.adding(clamped: $0) } }
        }
        return amount
    }

    /// Goes through the names of all answers, each once.
    private func walk(_ body: ([String]) async throws -> Void) async throws {
        var cursor = "0"
        // The server may tell a name twice while its table grows or shrinks.
        var seen: Set<String> = []
        repeat {
            let answer = try await ask(
                RedisCommand("SCAN", .text(cursor), "MATCH", .text(pattern), "COUNT", .integer(Int64(Self.page)))
            )
            guard case .array(let parts) = answer, parts.count == 2, let next = parts[0].text,
                case .array(let names) = parts[1]
            else { throw unknown }
            let found = names.compactMap(\.text).filter { isAnswer($0) && seen.insert($0).inserted }
            if !found.isEmpty { try await body(found) }
            cursor = next
        } while cursor != "0"
    }

    /// The prefix as a pattern, in which nothing stands for anything else.
    private var pattern: String {
        prefix.reduce(into: "") { pattern, character in
            if "*?[]\\^".contains(character) { pattern.append("\\") }
            pattern.append(character)
        } + "*"
    }

    /// Whether this is the name of an answer: the prefix and a digest.
    private func isAnswer(_ name: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        let digest = name.utf8.dropFirst(prefix.utf8.count)
        return digest.count == 32
            && digest.allSatisfy {
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
            }
    }

    /// What answers take; nil if the server does not tell.
    private func bytes(of names: [String]) async throws -> Int? {
        // Sent one behind the other, without waiting for the answers between.
        try await withThrowingTaskGroup(of: Int?.self) { group in
            for name in names {
                group.addTask {
                    do {
                        let answer = try await client.send(RedisCommand("MEMORY", "USAGE", .text(name)))
                        // One that is gone in the meantime takes nothing.
                        return if case .integer(let count) = answer { Int(count) } else { 0 }
                    } catch RedisFailure.refused {
                        return nil
                    } catch let failure as RedisFailure {
                        throw failure.diagnostic(client.endpoint)
                    }
                }
            }
            return try await group.reduce(Int?(0)) { sum, next in
                sum.flatMap { sum in next.map { sum.adding(clamped: $0) } }
            }
        }
    }

    private func ask(_ command: RedisCommand) async throws -> RedisValue {
        do {
            return try await client.send(command)
        } catch let failure as RedisFailure {
            throw failure.diagnostic(client.endpoint)
        }
    }

    private var unknown: Diagnostic {
        Diagnostic(
            "cache.redis",
            message: "the server at '\(client.endpoint)' does not answer as Redis does",
            category: .environment,
            hint: "is it one?"
        )
    }
}
