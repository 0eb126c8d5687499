package import PluginKit
internal import Redis

/// The answers on a Redis server with a prefix, for listing and clearing them.
///
/// The server does not record pipelines: the answers of all users of the prefix are together. Other keys with the
/// prefix, such as a shared limit, are neither counted nor deleted.
package struct RedisContents: Sendable {
    /// The number and size of answers.
    package struct Amount: Sendable, Hashable {
        /// The number of answers.
        package var answers: Int
        /// Their memory on the server; nil if the server does not report it.
        package var bytes: Int?

        /// Creates an amount.
        package init(answers: Int = 0, bytes: Int? = 0) {
            self.answers = answers
            self.bytes = bytes
        }
    }

    private let client: RedisClient
    /// The prefix of the keys.
    package let prefix: String
    /// About how many keys the server examines in one step before it serves other clients.
    private static let page = 500

    /// Creates a reference to the answers on a server; does not connect.
    ///
    /// - Parameters:
    ///   - url: The URL of the server, as in the option `url`.
    ///   - prefix: The prefix of the keys.
    /// - Throws: `redis.url`.
    package init(_ url: Secret, prefix: String) throws(Diagnostic) {
        client = RedisClient(try RedisAddress(url), limits: RedisLimits(connect: .seconds(5), command: .seconds(30)))
        self.prefix = prefix
    }

    /// The server's name and port, or its socket, without secrets.
    package var server: String { "\(client.endpoint)" }

    /// Counts the answers.
    ///
    /// - Throws: Why the server does not answer.
    package func amount() async throws -> Amount {
        var amount = Amount()
        try await walk { names in
            amount.answers += names.count
            guard let sum = amount.bytes else { return }
            amount.bytes = try await bytes(of: names).map { sum.adding(clamped: $0) }
        }
        return amount
    }

    /// Deletes the answers.
    ///
    /// - Returns: The number and size of the deleted answers.
    /// - Throws: Why the server does not answer or refuses; some answers may be deleted then.
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

    /// Visits the keys of all answers, each once.
    private func walk(_ body: ([String]) async throws -> Void) async throws {
        var cursor = "0"
        // The server may return a key twice while its table grows or shrinks.
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

    /// The prefix as a pattern, with all special characters escaped.
    private var pattern: String {
        prefix.reduce(into: "") { pattern, character in
            if "*?[]\\^".contains(character) { pattern.append("\\") }
            pattern.append(character)
        } + "*"
    }

    /// Whether a key is that of an answer: the prefix and a digest.
    private func isAnswer(_ name: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        let digest = name.utf8.dropFirst(prefix.utf8.count)
        return digest.count == 32
            && digest.allSatisfy {
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
            }
    }

    /// The memory of answers; nil if the server does not report it.
    private func bytes(of names: [String]) async throws -> Int? {
        // Pipelined: sent without waiting for the answers in between.
        try await withThrowingTaskGroup(of: Int?.self) { group in
            for name in names {
                group.addTask {
                    do {
                        let answer = try await client.send(RedisCommand("MEMORY", "USAGE", .text(name)))
                        // An answer that was deleted meanwhile takes no memory.
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
            message: "the server at '\(client.endpoint)' does not answer like a Redis server",
            category: .environment,
            hint: "check the URL"
        )
    }
}
