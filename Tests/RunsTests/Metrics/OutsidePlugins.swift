import PluginKit

// Plugins as an author outside of the house would write them: nothing in the house knows their names, options or metrics.

/// A layer that has each call wait at a gate of its own.
struct Toll: Middleware {
    static let name = "toll"
    static let summary = "Has each call pay a toll."
    static let wraps: Set<CallKind> = [.page]
    static let metrics = [paid]
    static let remedies: [Remedy: String] = [.concurrency: "a toll with lanes = \"open\""]

    static let paid = MetricDefinition("toll_paid_total", kind: .counter, help: "Tolls that calls have paid.")

    struct Options: OptionGroup {
        @Option("How many calls it lets through at the same time.", in: 1...10) var lanes = 1
        @Option("How long paying takes.") var takes = Duration.seconds(10)
    }

    private let options: Options
    private let context: StageContext
    private let tolls = Locked(0)

    init(_ options: Options, in context: StageContext) { (self.options, self.context) = (options, context) }

    var capacity: Int? { options.lanes }
    var measurements: [Measurement] {
        [Measurement("tolls paid", value: Double(tolls.withLock { $0 }), metric: Self.paid)]
    }

    var delays: [Delay] {
        let waited = options.takes * tolls.withLock { $0 }
        return [
            Delay(
                "toll",
                kind: .concurrency,
                subject: "a lane of '\(context.layer)'",
                stage: context.stage,
                length: waited
            )
        ]
    }

    func advice(on workload: Workload) -> String? {
        guard let delay = workload.delay else { return "open lanes for \(workload.calls) calls" }
        let cost = workload.delayed.components.seconds
        return "try lanes = \(options.lanes + 1) in [middleware.\(context.layer)]: \(delay.subject) cost \(cost) s"
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        try await context.time.sleep(until: context.time.now + options.takes)
        tolls.withLock { $0 += 1 }
        return try await next(call)
    }
}

/// A source that takes its time for each bucket.
struct Well: PlainSource {
    static let name = "well"
    static let summary = "Draws buckets of water."
    static let metrics = [drawn]

    static let drawn = MetricDefinition(
        "well_drawn_bytes_total",
        kind: .counter,
        unit: .bytes,
        help: "Water that was drawn."
    )

    struct Options: OptionGroup {
        @Option("How many buckets there are.") var buckets = 3
        @Option("How long a bucket takes.") var takes = Duration.seconds(20)
        @Option("How much of that it rests.") var rests = Duration.zero
    }

    let schema: Schema = ["n": .integer]
    private let options: Options
    private let context: StageContext
    private let buckets = Locked(0)

    init(_ options: Options, in context: StageContext) { (self.options, self.context) = (options, context) }

    var measurements: [Measurement] {
        [Measurement("drawn", value: Double(buckets.withLock { $0 }) * 12, unit: "B", metric: Self.drawn)]
    }

    var delays: [Delay] {
        let rested = options.rests * buckets.withLock { $0 }
        return [Delay("rest", subject: "its own rest", stage: context.stage, length: rested)]
    }

    func advice(on workload: Workload) -> String? {
        if workload.delay != nil { return "try rests = \"0s\" in '\(context.stage)'" }
        let seconds = workload.worked.components.seconds
        return "try a larger bucket: \(workload.calls) of them took \(seconds) s for \(workload.records) records"
    }

    func read(at cursor: Int?, into batch: inout Batch) async throws -> Next<Int> {
        let bucket = cursor ?? 1
        try await context.time.sleep(until: context.time.now + options.takes)
        buckets.withLock { $0 += 1 }
        batch.append([.integer(Int64(bucket))])
        return bucket < options.buckets ? .at(bucket + 1) : .end
    }
}

/// An exporter that cries out what it is handed, which takes as long as it takes.
struct Crier: Exporter {
    static let name = "crier"
    static let summary = "Cries metrics out."
    static let metrics = [cries]

    static let cries = MetricDefinition("crier_cries_total", kind: .counter, help: "What was cried out.")

    struct Options: OptionGroup {
        @Option("How long a cry takes.") var takes = Duration.zero
    }

    private let options: Options
    private let context: StageContext
    private let count = Locked(0)

    init(_ options: Options, in context: StageContext) { (self.options, self.context) = (options, context) }

    var measurements: [Measurement] { [Measurement(Self.cries, value: .number(Double(count.withLock { $0 })))] }

    func advice(on workload: Workload) -> String? {
        "\(workload.calls) cries took \(workload.worked.components.seconds) s: cry less loudly"
    }

    func export(_ snapshot: MetricSnapshot, isFinal: Bool) async throws {
        count.withLock { $0 += 1 }
        try await context.time.sleep(until: context.time.now + options.takes)
    }
}
