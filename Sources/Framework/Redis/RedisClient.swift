internal import Options
public import Sockets

/// Talks with a Redis server over one connection, for all who want something of it at the same time.
///
/// Commands are sent as they come, without waiting for the answers before. A server that is away costs those who ask one
/// time limit; from then on commands fail at once, until an attempt to connect succeeds for which nobody waits.
///
///     let client = RedisClient(try RedisAddress(url))
///     let value = try await client.send(RedisCommand("GET", "greeting"))
public final class RedisClient: Sendable {
    /// Where the server is.
    public let endpoint: Endpoint
    private let address: RedisAddress
    private let limits: RedisLimits
    private let queue = Locked(RedisQueue())
    /// What wakes the thread, once there is one.
    private let wakeup = Locked<Wakeup?>(nil)

    /// A client, which begins to do something when it is first asked for something.
    ///
    /// - Parameters:
    ///   - address: Where the server is, and as whom it is used.
    ///   - limits: How long to wait.
    public init(_ address: RedisAddress, limits: RedisLimits = RedisLimits()) {
        endpoint = address.endpoint
        self.address = address
        self.limits = limits
    }

    deinit {
        queue.withLock { $0.close() }
        wakeup.withLock { $0 }?.wake()
    }

    /// What wakes the thread; starts it, if nobody has.
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
        let wakeup = try thread()
        let number = queue.withLock { $0.number() }
        defer { queue.withLock { $0.finish(number) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer in
                switch queue.withLock({ $0.submit(number, bytes: command.bytes, answer: answer) }) {
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
    /// Sends a command whose answer nobody wants, if the server is there; it is not waited for.
    public func post(_ command: RedisCommand) {
        // Without a thread there is no connection, and without one nothing is sent.
        guard let wakeup = wakeup.withLock({ $0 }) else { return }
        let submission = queue.withLock { queue in queue.submit(queue.number(), bytes: command.bytes, answer: nil) }
        if case .wake = submission { wakeup.wake() }
    }
}
