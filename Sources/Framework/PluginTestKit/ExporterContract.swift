internal import Pipelines
internal import Runs
public import PluginKit

/// Verifies that an exporter obeys the laws of exporters.
public enum ExporterContract {
    /// The destination of an exporter in a test, new and empty.
    public struct Destination: Sendable {
        /// The exporter's options, as lines of TOML.
        public let options: String
        /// What the exporter may use.
        public let bench: Bench
        /// Reads what has arrived.
        public let look: @Sendable () async throws -> Arrived

        /// Creates a destination from the options that lead to it and a function that reads what arrived there.
        public init(
            options: String,
            bench: Bench = Bench(),
            look: @escaping @Sendable () async throws -> Arrived
        ) {
            self.options = options
            self.bench = bench
            self.look = look
        }
    }

    /// The metrics that have arrived at a destination.
    public struct Arrived: Sendable {
        /// The value of each counter and gauge by its name, summed over all labels; nil if the destination is a text
        /// for people that does not contain every name.
        public var totals: [String: Double]?
        /// Everything that has arrived, as text.
        public var text: String
        /// Each value with its labels; nil if labels or times are not preserved.
        public var samples: [ArrivedSample]?

        /// Creates a snapshot of the destination.
        public init(totals: [String: Double]?, text: String, samples: [ArrivedSample]? = nil) {
            self.totals = totals
            self.text = text
            self.samples = samples
        }
    }

    /// A value at a destination.
    public struct ArrivedSample: Sendable, Hashable {
        /// The name of its family.
        public let name: String
        /// The labels that it arrived with, by name.
        public let labels: [String: String]
        /// The number or the histogram that arrived.
        public let value: Value

        /// A number or a histogram.
        public enum Value: Sendable, Hashable {
            /// The value of a counter or a gauge.
            case number(Double)
            /// A histogram: the number of calls, their total time in seconds, and the number in each bucket of
            /// `LatencyHistogram.exportedBounds` and beyond; nil if the destination has no buckets.
            case times(count: Int, seconds: Double, buckets: [Int]?)
        }

        /// Creates a value of the destination, under its metric's name and labels.
        public init(_ name: String, labels: [String: String], value: Value) {
            self.name = name
            self.labels = labels
            self.value = value
        }
    }

    /// Exports metrics in all ways that must have the same result, and compares what has arrived.
    ///
    /// They are exported one after the other, each twice, the newest before older ones, and many at the same time. Then
    /// they are exported to a destination that cannot receive them.
    ///
    /// - Parameters:
    ///   - exporter: The exporter.
    ///   - secrets: Texts in the options that must not be shown.
    ///   - broken: Options for a destination that cannot receive anything; nil if there is no such destination.
    ///   - limit: The longest time of an export that fails.
    ///   - destination: Creates a destination.
    /// - Throws: `ContractViolation`, or what the exporter throws.
    public static func verify<E: Exporter>(
        _ exporter: E.Type,
        secrets: [String] = [],
        broken: Destination? = nil,
        limit: Duration = .seconds(5),
        at destination: () throws -> Destination
    ) async throws {
        let steps = (1...6).map(Self.snapshot)
        let last = steps[5]
        let once = try await arrived(exporter, at: destination, secrets: secrets) { made in
            for step in steps { try await made.export(step, isFinal: step.takenAt == last.takenAt) }
        }
        try compare(once, with: last, law: .lastMetricsArrive)
        let twice = try await arrived(exporter, at: destination, secrets: secrets) { made in
            for step in steps {
                for _ in 1...2 { try await made.export(step, isFinal: step.takenAt == last.takenAt) }
            }
        }
        try compare(twice, with: last, law: .exportingTwiceIsExportingOnce)
        let late = try await arrived(exporter, at: destination, secrets: secrets) { made in
            try await made.export(steps[0], isFinal: false)
            try await made.export(last, isFinal: true)
            try await made.export(steps[2], isFinal: false)
        }
        try compare(late, with: last, law: .newestMetricsStay)
        let together = try await arrived(exporter, at: destination, secrets: secrets) { made in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for step in steps {
                    group.addTask { try await made.export(step, isFinal: step.takenAt == last.takenAt) }
                }
                try await group.waitForAll()
            }
        }
        try compare(together, with: last, law: .newestMetricsStay)
        if let broken { try await verifyFailure(of: exporter, at: broken, secrets: secrets, within: limit) }
        let other = try destination()
        try await EngineTrial.verifyPlan(ofExporter: exporter, options: other.options, on: other.bench)
    }

    private static func arrived<E: Exporter>(
        _ exporter: E.Type,
        at destination: () throws -> Destination,
        secrets: [String],
        handOn: (E) async throws -> Void
    ) async throws -> Arrived {
        let destination = try destination()
        try await handOn(try destination.bench.exporter(exporter, options: destination.options))
        let arrived = try await destination.look()
        if secrets.contains(where: arrived.text.contains) {
            throw ContractViolation(law: .secretsStaySecret, detail: "a secret has arrived")
        }
        return arrived
    }

    private static func compare(_ arrived: Arrived, with snapshot: MetricSnapshot, law: ContractViolation.Law) throws {
        if let samples = arrived.samples { try compare(samples, with: snapshot, law: law) }
        guard let totals = arrived.totals else { return }
        for family in snapshot.families where family.definition.kind != .histogram {
            let name = family.definition.name
            guard let total = totals[name] else {
                throw ContractViolation(law: .namesAsInSnapshot, detail: "nothing called '\(name)' has arrived")
            }
            let expected = snapshot.total(name) ?? 0
            guard isNear(total, to: expected) else {
                throw ContractViolation(law: law, detail: "'\(name)' is \(total) there, and was \(expected)")
            }
        }
    }

    private static func compare(
        _ samples: [ArrivedSample],
        with snapshot: MetricSnapshot,
        law: ContractViolation.Law
    ) throws {
        for family in snapshot.families {
            let name = family.definition.name
            for sample in family.samples {
                let labels = Dictionary(sample.labels.map { ($0.name, $0.value) }) { first, _ in first }
                let shown = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
                guard let arrived = samples.first(where: { $0.name == name && $0.labels == labels }) else {
                    throw ContractViolation(
                        law: .namesAsInSnapshot,
                        detail: "nothing called '\(name)' has arrived with \(shown)"
                    )
                }
                guard isSame(arrived.value, as: sample.value) else {
                    throw ContractViolation(
                        law: law,
                        detail: "'\(name)' with \(shown) is \(arrived.value) there, and was \(words(sample.value))"
                    )
                }
            }
        }
    }

    private static func isSame(_ arrived: ArrivedSample.Value, as value: MetricValue) -> Bool {
        switch (arrived, value) {
        case (.number(let number), .number(let expected)): isNear(number, to: expected)
        case (.times(let count, let seconds, let buckets), .times(let times)):
            count == times.count && isNear(seconds, to: times.seconds)
                && buckets ?? times.exportedCounts == times.exportedCounts
        default: false
        }
    }

    private static func words(_ value: MetricValue) -> String {
        switch value {
        case .number(let number): "\(number)"
        case .times(let times): "\(times.count) calls in \(times.seconds) s"
        }
    }

    private static func isNear(_ number: Double, to expected: Double) -> Bool {
        abs(number - expected) < 1e-6 * max(1, abs(expected))
    }

    private static func verifyFailure<E: Exporter>(
        of exporter: E.Type,
        at broken: Destination,
        secrets: [String],
        within limit: Duration
    ) async throws {
        let made = try broken.bench.exporter(exporter, options: broken.options)
        let error = await failure(within: limit) { try await made.export(snapshot(1), isFinal: true) }
        switch error {
        case .none:
            throw ContractViolation(law: .failureIsReported, detail: "the export cannot succeed, but did not throw")
        case .some(nil):
            throw ContractViolation(law: .failureIsReported, detail: "the export has not returned after \(limit)")
        case .some(let error?):
            let words = (error as? Diagnostic)?.rendered() ?? "\(error)"
            guard secrets.contains(where: words.contains) else { return }
            throw ContractViolation(law: .secretsStaySecret, detail: "the error contains a secret")
        }
    }

    /// The error of `body`; nil inside if it takes too long, nil outside if there is none.
    private static func failure(within limit: Duration, body: @escaping @Sendable () async throws -> Void) async
        -> (any Error)??
    {
        let answer = AsyncStream<(any Error)??>.makeStream()
        // Neither task is awaited: one that hangs would block the test.
        let work = Task {
            do {
                try await body()
                answer.continuation.yield(.some(.none))
            } catch {
                answer.continuation.yield(.some(.some(error)))
            }
        }
        let alarm = Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            answer.continuation.yield(.none)
        }
        defer {
            work.cancel()
            alarm.cancel()
        }
        var answers = answer.stream.makeAsyncIterator()
        guard let first = await answers.next() else { return nil }
        switch first {
        case .none: return .some(nil)
        case .some(.none): return nil
        case .some(.some(let error)): return .some(error)
        }
    }

    /// Metrics of an invented run, which grow with `step`.
    private static func snapshot(_ step: Int) -> MetricSnapshot {
        let run = RunIdentity(pipeline: "contract", id: "20260102T030405Z-1", date: "2026-01-02", time: "030405")
        let start: Int64 = 1_767_323_045_000_000_000
        let labels = { (stage: String) in
            [MetricLabel("pipeline", value: run.pipeline), MetricLabel("stage", value: stage)]
        }
        var times = LatencyHistogram()
        for call in 1...step { times.add(.milliseconds(10 * call)) }
        return MetricSnapshot(
            run: run,
            startedAt: start,
            takenAt: start + Int64(step) * 1_000_000_000,
            families: [
                MetricFamily(
                    .recordsRead,
                    samples: [
                        MetricSample(labels("plays"), value: .number(Double(1000 * step))),
                        MetricSample(labels("ratings \"1|2:3\""), value: .number(Double(10 * step))),
                    ]
                ),
                MetricFamily(
                    .runDuration,
                    samples: [MetricSample([labels("")[0]], value: .number(Double(step) * 1.5))]
                ),
                MetricFamily(.callDuration, samples: [MetricSample(labels("plays"), value: .times(times))]),
            ]
        )
    }
}
