import PluginKit

/// Counts from one to a last number, a page each; before one of them it waits once, until its gate opens or the run stops.
///
/// When it has handed out the last number, it opens another gate: a test has no clock to wait by.
struct Paced: PlainSource {
    static let name = "paced"
    static let summary = "Counts, and waits."

    struct Options: OptionGroup {
        @Option("Last number.") var last = 4
        @Option("The number that waits for the gate of this source; 0 for none.") var waitsBefore = 0
        @Option("The gate of this source.") var gate = ""
        @Option("The gate that opens with the last number.") var opens = ""
    }

    let schema: Schema = ["n": .integer]
    private let options: Options

    init(_ options: Options, in context: StageContext) { self.options = options }

    func read(at cursor: Int?, into batch: inout Batch) async throws -> Next<Int> {
        let number = cursor ?? 1
        if number == options.waitsBefore { try await Gate.named(options.gate).pass() }
        batch.append([.integer(Int64(number))])
        if number == options.last, !options.opens.isEmpty { Gate.named(options.opens).open() }
        return number < options.last ? .at(number + 1) : .end
    }
}

/// Where sources wait; the first that stops waiting leaves it open.
final class Gate: Sendable {
    private static let all = Locked<[String: Gate]>([:])
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    private init() { (stream, continuation) = AsyncStream.makeStream(of: Never.self) }

    /// The gate of a name, closed if it is new; tests have names of their own.
    static func named(_ name: String) -> Gate {
        all.withLock { all in
            if let gate = all[name] { return gate }
            let gate = Gate()
            all[name] = gate
            return gate
        }
    }

    func open() { continuation.finish() }

    func pass() async throws {
        for await _ in stream {}
        open()
        try Task.checkCancellation()
    }
}
