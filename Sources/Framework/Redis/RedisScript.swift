internal import Options

/// A Lua script that the server runs atomically.
///
/// The source is sent once. Later calls send only its digest, unless the server no longer has the script.
public final class RedisScript: Sendable {
    private let source: String
    /// The digest that the server returned for the script.
    private let name = Locked<String?>(nil)

    /// Creates a script from its Lua source.
    public init(_ source: String) { self.source = source }

    /// Runs the script on a server.
    ///
    /// - Parameters:
    ///   - client: The client.
    ///   - keys: The keys that the script uses.
    ///   - arguments: Further arguments of the script.
    /// - Returns: The script's result.
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
            // The server was restarted; sending the source loads the script again.
            return try await client.send(evaluation(words))
        }
    }

    /// Runs the script without waiting for it, if it is loaded and there is a connection.
    ///
    /// - Parameters:
    ///   - client: The client.
    ///   - keys: The keys that the script uses.
    ///   - arguments: Further arguments of the script.
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
