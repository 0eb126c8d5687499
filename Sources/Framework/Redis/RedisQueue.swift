internal import Sockets

/// The commands of a client: which wait to be sent, which wait for their answer, and whether there is any use in waiting.
///
/// It knows no socket and no time. Whoever changes it resumes the continuations that it returns, when nothing is locked.
///
///              submit                     connected
///     resting ────────▶ connecting ──────────────────▶ connected
///        ▲                  │ failed                       │ ended
///        └── ended in peace ┼──────────────────────────────┤
///                           ▼                              ▼
///                         down: whoever submits fails at once; connected by an attempt that nobody waits for
struct RedisQueue: Sendable {
    typealias Answer = CheckedContinuation<RedisValue, any Error>

    /// Continuations, and what they are to be resumed with.
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
        /// There is no connection, and nobody wants one.
        case resting
        /// A connection is made, and commands wait for it.
        case connecting
        /// Commands are sent as they come.
        case connected
        /// The last attempt ended like this: commands fail at once.
        case down(RedisFailure)
        /// The client is no longer used.
        case closed
    }

    private struct Command: Sendable {
        let number: Int
        let bytes: [UInt8]
        /// Who waits for the answer; nil if nobody ever did.
        let answer: Answer?
    }

    private(set) var mode = Mode.resting
    private(set) var counts = RedisCounts()
    private var waiting: [Command] = []
    /// The numbers of those that were sent, in their order; the first answer belongs to the first.
    private var sent: ArraySlice<Int> = []
    /// Who waits for the answer of each of them; nobody if it was cancelled.
    private var answers: [Int: Answer] = [:]
    /// Those that were cancelled before they were submitted.
    private var cancelled: Set<Int> = []
    private var last = 0

    /// The number of a new command.
    mutating func number() -> Int {
        last += 1
        counts.commands += 1
        return last
    }

    /// What is to be done about a command that was submitted.
    enum Submission: Sendable {
        /// Tell the thread that there is something to send.
        case wake
        /// The thread knows.
        case wait
        /// This is what becomes of it.
        case over(Resumption)
    }

    /// Takes a command in.
    mutating func submit(_ number: Int, bytes: [UInt8], answer: Answer?) -> Submission {
        if cancelled.remove(number) != nil {
            return .over(Resumption(answer, result: .failure(CancellationError())))
        }
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
        waiting.append(Command(number: number, bytes: bytes, answer: answer))
        return waiting.count == 1 ? .wake : .wait
    }

    /// Gives a command up.
    ///
    /// If it was sent, its answer is thrown away when it comes.
    mutating func cancel(_ number: Int) -> Resumption? {
        if let index = waiting.firstIndex(where: { $0.number == number }) {
            let answer = waiting.remove(at: index).answer
            return Resumption(answer, result: .failure(CancellationError()))
        }
        if let answer = answers.removeValue(forKey: number) {
            return Resumption(answer, result: .failure(CancellationError()))
        }
        // It is not submitted yet, or was answered already: `finish` clears up.
        cancelled.insert(number)
        return nil
    }

    /// Forgets a command that is over.
    mutating func finish(_ number: Int) { cancelled.remove(number) }

    /// Whether commands wait for an answer.
    var owes: Bool { !sent.isEmpty }

    /// Appends commands to what is to be written, up to about so many bytes.
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

    /// Gives an answer to the command that was sent first.
    ///
    /// - Returns: Whom to tell, nobody if nobody waits any more; nil if no command waits for an answer.
    mutating func answer(_ value: RedisValue) -> Resumption? {
        guard let number = sent.popFirst() else { return nil }
        let answer = answers.removeValue(forKey: number)
        guard case .error(let words) = value else { return Resumption(answer, result: .success(value)) }
        // A script that the server has forgotten is sent to it once more.
        if !words.hasPrefix("NOSCRIPT") { counts.failures += 1 }
        return Resumption(answer, result: .failure(RedisFailure.refused(words)))
    }

    /// There is a connection.
    mutating func connect() {
        guard mode != .closed else { return }
        mode = .connected
        counts.connections += 1
    }

    /// There is none, and no use in waiting for one: all commands fail.
    mutating func fail(_ failure: RedisFailure) -> [Resumption] {
        if mode == .connected || mode == .connecting { counts.outages += 1 }
        if mode != .closed { mode = .down(failure) }
        return [lose(failure), Resumption(answers: drainWaiting(), result: .failure(failure))]
    }

    /// The connection has ended, and another one may be had: what was sent is lost, what was not is still to be sent.
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
