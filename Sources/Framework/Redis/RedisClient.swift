internal import PluginKit
public import Sockets

/// Talks with a Redis server over one connection, for all who want something of it at the same time.
///
/// Commands are sent as they come, without waiting for the answers before. A server that is away costs those who ask one
/// time limit; from then on commands fail at once, until an attempt to connect succeeds for which nobody waits.
///
///     let client = try RedisClient(RedisAddress(url))
///     let value = try await client.send(RedisCommand("GET", "greeting"))
public final class RedisClient: Sendable {
    /// Where the server is.
    public let endpoint: Endpoint
    private let queue: Guarded<RedisQueue>
    private let wakeup: Wakeup

    /// A client, which connects when it is first asked for something.
    ///
    /// - Parameters:
    ///   - address: Where the server is, and as whom it is used.
    ///   - limits: How long to wait.
    /// - Throws: `SocketFailure.system`, where too many files are open or threads are running.
    public init(_ address: RedisAddress, limits: RedisLimits = RedisLimits()) throws(SocketFailure) {
        endpoint = address.endpoint
        queue = Guarded(RedisQueue())
        wakeup = try Wakeup()
        let line = RedisLine(address, limits, queue, wakeup)
        try OwnThread.start { line.run() }
    }

    deinit {
        queue.withLock { $0.close() }
        wakeup.wake()
    }

    /// What has happened so far.
    public var counts: RedisCounts { queue.withLock { $0.counts } }

    /// Sends a command and waits for the answer.
    ///
    /// - Parameter command: The command. Where it changes something, it must do no harm that it is carried out although
    ///   its answer is lost.
    /// - Returns: The answer; never an error.
    /// - Throws: `RedisFailure`; `CancellationError` if the task is cancelled, at once, though the command may still be
    ///   carried out.
    public func send(_ command: RedisCommand) async throws -> RedisValue {
        let number = queue.withLock { $0.number() }
        defer { queue.withLock { $0.finish(number) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer in
                switch queue.withLock({ $0.submit(number, command.bytes, answer) }) {
                case .wake: wakeup.wake()
                case .wait: break
                case .over(let resumption): resumption.resume()
                }
            }
        } onCancel: {
            let resumption = queue.withLock { $0.cancel(number) }
            resumption?.resume()
        }
    }
}
