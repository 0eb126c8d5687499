internal import Options
internal import Platform
public import Sockets

/// A client of a Redis server: one connection, shared by all callers.
///
/// Commands are pipelined: each is sent without waiting for the answers to earlier ones. When the server is
/// unavailable, callers wait for one timeout; from then on commands fail immediately until a connection attempt in the
/// background succeeds.
///
///     let client = RedisClient(try RedisAddress(url))
///     let value = try await client.send(RedisCommand("GET", "greeting"))
public final class RedisClient: Sendable {
    /// Where the server listens.
    public let endpoint: Endpoint
    private let address: RedisAddress
    private let limits: RedisLimits
    private let queue = Locked(RedisQueue())
    /// Wakes the thread; nil before the first command.
    private let wakeup = Locked<Wakeup?>(nil)

    /// Creates a client; it connects with the first command.
    ///
    /// - Parameters:
    ///   - address: The server's address.
    ///   - limits: Timeouts and other limits.
    public init(_ address: RedisAddress, limits: RedisLimits = RedisLimits()) {
        endpoint = address.endpoint
        self.address = address
        self.limits = limits
    }

    deinit {
        queue.withLock { $0.close() }
        wakeup.withLock { $0 }?.wake()
    }

    /// What wakes the thread; starts the thread first if necessary.
    private func thread() throws(RedisFailure) -> Wakeup {
        do {
            return try wakeup.withLock { wakeup throws(SocketFailure) in
                if let wakeup { return wakeup }
                let new = try Wakeup()
                let line = RedisLine(address, limits: limits, queue: queue, wakeup: new)
                try OwnThread.start { line.run() }
                wakeup = new
                return new
            }
        } catch {
            throw .down(error)
        }
    }

    /// What has been counted so far.
    public var counts: RedisCounts { queue.withLock { $0.counts } }

    /// Sends a command and waits for the answer.
    ///
    /// - Parameter command: The command. It must be safe to run even if its answer is lost.
    /// - Returns: The answer; never an error.
    /// - Throws: `RedisFailure`; `CancellationError` immediately when the task is cancelled, though the server may
    ///   still run the command.
    public func send(_ command: RedisCommand) async throws -> RedisValue {
        try Task.checkCancellation()
        let wakeup = try thread()
        let answer = RedisQueue.Answer()
        switch queue.withLock({ $0.submit(command.bytes, answer: answer) }) {
        case .wake: wakeup.wake()
        case .wait: break
        case .over(let resumption): resumption.resume()
        }
        return try await answer.value { answer in
            queue.withLock { $0.cancel(answer) }
            answer.resume(throwing: CancellationError())
        }
    }
    /// Sends a command without waiting for its answer; does nothing if there is no connection.
    public func post(_ command: RedisCommand) {
        // Without a thread there is no connection, and nothing is sent.
        guard let wakeup = wakeup.withLock({ $0 }) else { return }
        let submission = queue.withLock { $0.submit(command.bytes, answer: nil) }
        if case .wake = submission { wakeup.wake() }
    }
}
