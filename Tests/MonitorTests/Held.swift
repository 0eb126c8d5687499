import PluginKit

/// Counts to four, a page each; before the third it waits until its gate opens.
struct Held: PlainSource {
    static let name = "held"
    static let summary = "Counts, and waits."

    struct Options: OptionGroup {
        @Option("The gate.") var gate = ""
    }

    let schema: Schema = ["n": .integer]
    private let gate: Gate
    private let waits: OpenWaits

    init(_ options: Options, in context: StageContext) {
        gate = Gate.named(options.gate)
        waits = context.waits
    }

    func read(at cursor: Int?, into batch: inout Batch) async throws -> Next<Int> {
        let number = cursor ?? 1
        if number == 3 {
            let wait = waits.begin("the gate is closed")
            defer { waits.end(wait) }
            gate.reach()
            for await _ in gate.opened.stream {}
            try Task.checkCancellation()
        }
        batch.append([.integer(Int64(number))])
        return number < 4 ? .at(number + 1) : .end
    }
}

/// Where a source waits, and where a test waits for that source; tests have names of their own.
final class Gate: Sendable {
    private static let all = Locked<[String: Gate]>([:])
    let opened = AsyncStream.makeStream(of: Never.self)
    private let reached = AsyncStream.makeStream(of: Never.self)

    static func named(_ name: String) -> Gate {
        all.withLock { all in
            if let gate = all[name] { return gate }
            let gate = Gate()
            all[name] = gate
            return gate
        }
    }

    func open() { opened.continuation.finish() }
    func reach() { reached.continuation.finish() }
    /// Returns when the source waits.
    func wait() async { for await _ in reached.stream {} }
}
