internal import Platform
internal import Sockets

/// The commands of a client: those to be sent, those waiting for their answer, and the state of the connection.
///
/// It uses neither sockets nor time. Callers resume the waiters that it returns, outside the lock.
///
///              submit                     connected
///     resting ────────▶ connecting ──────────────────▶ connected
///        ▲                  │ failed                       │ ended
///        └── ended, idle ───┼──────────────────────────────┤
///                           ▼                              ▼
///                         down: commands fail immediately; connected by the next attempt that succeeds
struct RedisQueue: Sendable {
    typealias Answer = Waiter<RedisValue, any Error>

    /// Waiters, and the result to resume them with.
    struct Resumption: Sendable {
        let answers: [Answer]
        let result: Result<RedisValue, any Error>

        init(_ answer: Answer?, result: Result<RedisValue, any Error>) {
            self.init(answers: answer.map { [$0] } ?? [], result: result)
        }

        init(answers: [Answer], result: Result<RedisValue, any Error>) {
            self.answers = answers
            self.result = result
        }

        func resume() { for answer in answers { answer.resume(with: result) } }
    }

    enum Mode: Sendable, Hashable {
        /// There is no connection, and no command waits for one.
        case resting
        /// A connection is being made, and commands wait for it.
        case connecting
        /// Commands are sent as they are submitted.
        case connected
        /// The last attempt failed with this: commands fail immediately.
        case down(RedisFailure)
        /// The client is no longer used.
        case closed
    }

    private struct Command: Sendable {
        let number: Int
        let bytes: [UInt8]
        /// Waits for the answer; nil if the command was posted.
        let answer: Answer?
    }

    private(set) var mode = Mode.resting
    private(set) var counts = RedisCounts()
    private var waiting: [Command] = []
    /// The numbers of the commands sent, in order; the first answer belongs to the first.
    private var sent: ArraySlice<Int> = []
    /// The continuation of each command sent; none if it was cancelled.
    private var answers: [Int: Answer] = [:]
    private var last = 0

    /// What is to be done about a command that was submitted.
    enum Submission: Sendable {
        /// The thread must learn that there is something to send.
        case wake
        /// Nothing: the thread is already awake.
        case wait
        /// It is over, with this result.
        case over(Resumption)
    }

    /// Takes a command in.
    mutating func submit(_ bytes: [UInt8], answer: Answer?) -> Submission {
        last += 1
        counts.commands += 1
        switch mode {
        case .down(let failure):
            counts.failures += 1
            return .over(Resumption(answer, result: .failure(failure)))
        case .closed:
            counts.failures += 1
            return .over(Resumption(answer, result: .failure(RedisFailure.down(.closed))))
        case .resting: mode = .connecting
        case .connecting, .connected: break
        }
        waiting.append(Command(number: last, bytes: bytes, answer: answer))
        return waiting.count == 1 ? .wake : .wait
    }

    /// Gives up the command that a task waits for, if it is not over.
    ///
    /// If it was sent, its answer is thrown away when it comes.
    mutating func cancel(_ answer: Answer) {
        waiting.removeAll { $0.answer === answer }
        if let number = answers.first(where: { $0.value === answer })?.key { answers[number] = nil }
    }

    /// Whether commands wait for an answer.
    var owes: Bool { !sent.isEmpty }

    /// Moves commands to the output until it has about `limit` bytes.
    mutating func take(into output: inout [UInt8], upTo limit: Int) {
        var count = 0
        while count < waiting.count, output.count < limit {
            let command = waiting[count]
            output += command.bytes
            sent.append(command.number)
            answers[command.number] = command.answer
            count += 1
        }
        waiting.removeFirst(count)
    }

    /// Delivers an answer to the oldest command sent.
    ///
    /// - Returns: What to resume, empty if the command was cancelled; nil if no command waits for an answer.
    mutating func answer(_ value: RedisValue) -> Resumption? {
        guard let number = sent.popFirst() else { return nil }
        let answer = answers.removeValue(forKey: number)
        guard case .error(let words) = value else { return Resumption(answer, result: .success(value)) }
        // A script missing on the server is sent again, so it does not count as a failure.
        if !words.hasPrefix("NOSCRIPT") { counts.failures += 1 }
        return Resumption(answer, result: .failure(RedisFailure.refused(words)))
    }

    /// The connection is made.
    mutating func connect() {
        guard mode != .closed else { return }
        mode = .connected
        counts.connections += 1
    }

    /// The connection attempt failed: all commands fail.
    mutating func fail(_ failure: RedisFailure) -> [Resumption] {
        if mode == .connected || mode == .connecting { counts.outages += 1 }
        if mode != .closed { mode = .down(failure) }
        return [lose(failure), Resumption(answers: drainWaiting(), result: .failure(failure))]
    }

    /// The connection ended and may be made again: sent commands are lost, the others stay queued.
    mutating func part(_ failure: RedisFailure) -> Resumption {
        counts.outages += 1
        if mode != .closed { mode = waiting.isEmpty ? .resting : .connecting }
        return lose(failure)
    }

    /// The client is no longer used.
    mutating func close() { mode = .closed }

    private mutating func lose(_ failure: RedisFailure) -> Resumption {
        let lost = sent.compactMap { answers[$0] }
        (sent, answers) = ([], [:])
        counts.failures += lost.count
        return Resumption(answers: lost, result: .failure(failure))
    }

    private mutating func drainWaiting() -> [Answer] {
        counts.failures += waiting.count
        defer { waiting = [] }
        return waiting.compactMap(\.answer)
    }
}
