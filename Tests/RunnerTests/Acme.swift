import PluginKit

/// What the plugins of a program that we know nothing about do wrong, and how often they were asked.
enum Acme {
    /// What it fails with.
    enum Fault: String, CaseIterable, OptionValue {
        case plain, usage, environment, data, transient, defect
        /// An error that is no diagnostic.
        case foreign

        struct Foreign: Error, CustomStringConvertible {
            let description = "it broke"
        }

        func error(_ code: Diagnostic.Code) -> any Error {
            if self == .foreign { return Foreign() }
            return Diagnostic(
                code,
                message: "acme does not answer",
                category: Diagnostic.Category(rawValue: rawValue),
                cause: .diagnostic(Diagnostic("acme.socket", message: "the line is dead", category: .environment))
            )
        }
    }

    final class Counter: Sendable {
        private let number = Locked(0)
        func next() -> Int {
            number.withLock { number in
                number += 1
                return number
            }
        }
        var count: Int { number.withLock { $0 } }
    }

    static func counter(in shared: SharedObjects) -> Counter { shared.object("acme") { Counter() } }

    struct Options: OptionGroup {
        @Option("What goes wrong.") var fault = Fault.plain
        @Option("Whether anything does.") var fails = false
        @Option("How many calls go wrong before one succeeds.") var times = 1_000
    }

    static let plugins: [any Plugin.Type] = [AcmeSource.self, AcmeLayer.self, AcmeSink.self, AcmeExporter.self]
}

struct AcmeSource: PlainSource {
    static let name = "acme"
    static let summary = "Reads from acme."
    typealias Options = Acme.Options

    let schema: Schema = ["n": .integer]
    private let options: Options
    private let counter: Acme.Counter

    init(_ options: Options, in context: StageContext) {
        self.options = options
        counter = Acme.counter(in: context.shared)
    }

    func read(at cursor: Int?, into batch: inout Batch) throws -> Next<Int> {
        if options.fails, counter.next() <= options.times { throw options.fault.error("acme.down") }
        batch.append([.integer(1)])
        return .end
    }
}

struct AcmeLayer: Middleware {
    static let name = "acme-layer"
    static let summary = "Lets calls through to acme."
    static let wraps: Set<CallKind> = [.page, .write]
    typealias Options = Acme.Options

    private let options: Options
    private let counter: Acme.Counter

    init(_ options: Options, in context: StageContext) {
        self.options = options
        counter = Acme.counter(in: context.shared)
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        if options.fails, counter.next() <= options.times { throw options.fault.error("acme.gate") }
        return try await next(call)
    }
}

struct AcmeSink: Sink {
    static let name = "acme-sink"
    static let summary = "Counts records for acme."
    static let commitment = Commitment.files
    typealias Options = Acme.Options

    private let options: Options
    private let counter: Acme.Counter

    init(_ options: Options, input: Schema, in context: StageContext) {
        self.options = options
        counter = Acme.counter(in: context.shared)
        _ = input.fields
    }

    func begin(at mark: Int?, attempt: Int) {}

    func write(_ batch: inout Batch, at mark: Int?) throws -> Int {
        if options.fails, counter.next() <= options.times { throw options.fault.error("acme.full") }
        return (mark ?? 0) + batch.count
    }

    func finish(at mark: Int?) -> Delivery<Int> { Delivery(at: mark ?? 0, written: mark ?? 0) }
}

struct AcmeExporter: Exporter {
    static let name = "acme"
    static let summary = "Shows figures to acme."

    struct Options: OptionGroup {
        @Option("What goes wrong.") var fault = Acme.Fault.plain
        @Option("Whether it cannot even be made.") var failsAtOnce = false
        @Option("Whether it cannot deliver.") var fails = false
    }

    private let options: Options

    init(_ options: Options, in context: StageContext) throws {
        self.options = options
        if options.failsAtOnce { throw options.fault.error("acme.key") }
    }

    func export(_ snapshot: MetricSnapshot, isFinal: Bool) throws {
        if options.fails { throw options.fault.error("acme.board") }
    }
}
