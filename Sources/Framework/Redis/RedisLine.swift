internal import Options
internal import Sockets

/// The thread of a client: connects, serves the connection, and reconnects.
struct RedisLine: Sendable {
    private let address: RedisAddress
    private let limits: RedisLimits
    private let queue: Locked<RedisQueue>
    private let wakeup: Wakeup
    private static let largestOutput = 1 << 20

    init(_ address: RedisAddress, limits: RedisLimits, queue: Locked<RedisQueue>, wakeup: Wakeup) {
        self.address = address
        self.limits = limits
        self.queue = queue
        self.wakeup = wakeup
    }

    /// Runs until the client is closed.
    func run() {
        var pause = limits.firstPause
        while awaitWork() {
            do {
                var talk = try RedisTalk(address, limits: limits)
                queue.withLock { $0.connect() }
                let (failure, isOfUse) = serve(&talk)
                if isOfUse {
                    pause = limits.firstPause
                    part(failure)
                    continue
                }
                fail(failure)
            } catch {
                fail(error)
            }
            rest(for: pause)
            pause = min(pause * 2, limits.longestPause)
        }
    }

    /// Waits until a connection is wanted; false when the client is closed.
    private func awaitWork() -> Bool {
        while true {
            switch queue.withLock({ $0.mode }) {
            case .closed: return false
            case .resting: wakeup.wait(until: .never)
            case .connecting, .connected, .down: return true
            }
        }
    }

    /// Waits before the next attempt; the pause is partly random, so that several clients do not connect at the same
    /// time.
    private func rest(for pause: Duration) {
        let deadline = Deadline(in: pause * Double.random(in: 0.5...1))
        while !deadline.isOver, queue.withLock({ $0.mode }) != .closed { wakeup.wait(until: deadline) }
    }

    private func fail(_ failure: RedisFailure) {
        for resumption in queue.withLock({ $0.fail(failure) }) { resumption.resume() }
    }

    private func part(_ failure: RedisFailure) {
        let resumption = queue.withLock { $0.part(failure) }
        resumption.resume()
    }

    /// Sends commands and delivers answers until the connection ends.
    ///
    /// - Returns: Why the connection ended, and whether to reconnect immediately: it has delivered an answer, and did
    ///   not end in a timeout.
    private func serve(_ talk: inout RedisTalk) -> (RedisFailure, isOfUse: Bool) {
        var answers = 0
        // The deadline for the server to accept or send something while an answer is outstanding. Newly sent bytes do
        // not extend it: the system buffers them even if the server hangs.
        var deadline = Deadline.never
        do throws(RedisFailure) {
            while true {
                let (mode, owes) = queue.withLock { queue in
                    queue.take(into: &talk.output, upTo: Self.largestOutput)
                    return (queue.mode, queue.owes)
                }
                if mode == .closed { return (.down(.closed), true) }
                if !owes {
                    deadline = .never
                } else if deadline == .never {
                    deadline = Deadline(in: limits.command)
                }
                if try talk.flush() { deadline = Deadline(in: limits.command) }
                let before = answers
                while let value = try talk.answer() {
                    guard let resumption = queue.withLock({ $0.answer(value) }) else {
                        throw .garbled("an answer without a command")
                    }
                    resumption.resume()
                    answers += 1
                }
                guard answers == before else {
                    // A caller that got its answer may submit its next command; look for that before waiting.
                    deadline = .never
                    continue
                }
                if owes, deadline.isOver { throw .lost(.timedOut(.reading)) }
                talk.wait(or: wakeup, until: deadline)
                if try talk.receive(), owes { deadline = Deadline(in: limits.command) }
            }
        } catch {
            return (error, answers > 0 && error != .lost(.timedOut(.reading)))
        }
    }
}
