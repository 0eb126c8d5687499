internal import Options

/// A script that the server runs as one step, in Lua.
///
/// It is sent once; from then on only its name is, unless the server has forgotten it.
public final class RedisScript: Sendable {
    private let source: String
    /// What the server calls it, as it said.
    private let name = Locked<String?>(nil)

    /// A script.
    public init(_ source: String) { self.source = source }

    /// Runs the script on a server.
    ///
    /// - Parameters:
    ///   - client: The client.
    ///   - keys: The keys that it uses.
    ///   - arguments: What else it needs to know.
    /// - Returns: What it answers.
    /// - Throws: `RedisFailure`, `CancellationError`.
    public func run(
        on client: RedisClient,
        keys: [String],
        arguments: [RedisCommand.Word] = []
    ) async throws -> RedisValue {
        let words = Self.words(keys, arguments: arguments)
        if name.withLock({ $0 }) == nil,
            let text = try await client.send(RedisCommand("SCRIPT", "LOAD", .text(source))).text
        {
            name.withLock { $0 = text }
        }
        guard let name = name.withLock({ $0 }) else { return try await client.send(evaluation(words)) }
        do {
            return try await client.send(RedisCommand(["EVALSHA", .text(name)] + words))
        } catch RedisFailure.refused(let reason) where reason.hasPrefix("NOSCRIPT") {
            // The server has been started anew; the source teaches it the name again.
            return try await client.send(evaluation(words))
        }
    }

    /// Has the server run the script, if it knows it and is there; it is not waited for.
    ///
    /// - Parameters:
    ///   - client: The client.
    ///   - keys: The keys that it uses.
    ///   - arguments: What else it needs to know.
    public func post(on client: RedisClient, keys: [String], arguments: [RedisCommand.Word] = []) {
        guard let name = name.withLock({ $0 }) else { return }
        client.post(RedisCommand(["EVALSHA", .text(name)] + Self.words(keys, arguments: arguments)))
    }

    private static func words(_ keys: [String], arguments: [RedisCommand.Word]) -> [RedisCommand.Word] {
        [.integer(Int64(keys.count))] + keys.map { .text($0) } + arguments
    }

    private func evaluation(_ words: [RedisCommand.Word]) -> RedisCommand {
        RedisCommand(["EVAL", .text(source)] + words)
    }
}
