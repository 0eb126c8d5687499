public import PluginKit

/// Verifies that a transform obeys the laws of transforms.
public enum TransformContract {
    /// Passes records through a transform in one piece and in many, with and without storing and restoring a memory and
    /// a table in between, and compares records, rejected, filtered and combined records.
    ///
    /// It is stopped after every batch and every page of the memory, and a new transform continues at the last
    /// checkpoint; some pages came after that checkpoint, and must have no effect. At the end the engine runs it, also
    /// with interruptions.
    ///
    /// - Parameters:
    ///   - transform: The transform.
    ///   - options: Its options, as lines of TOML.
    ///   - input: The records to apply it to.
    ///   - lookup: The records of its second input; nil if it has none.
    ///   - bench: The bench that creates it.
    /// - Returns: The records of the first output, for the test's own expectations.
    /// - Throws: `ContractViolation`, or what the transform throws.
    @discardableResult
    public static func verify<T: Transform>(
        _ transform: T.Type,
        options: String = "",
        input: Batch,
        lookup: Batch? = nil,
        on bench: Bench = Bench()
    ) async throws -> Batch {
        try await outputs(of: transform, options: options, input: input, lookup: lookup, on: bench)[0].records
    }

    /// Does the same, for a transform with several outputs.
    ///
    /// - Parameters:
    ///   - transform: The transform.
    ///   - options: Its options, as lines of TOML.
    ///   - input: The records to apply it to.
    ///   - lookup: The records of its second input; nil if it has none.
    ///   - bench: The bench that creates it.
    /// - Returns: The records of each output, by its name.
    /// - Throws: `ContractViolation`, or what the transform throws.
    @discardableResult
    public static func verify<T: Transform>(
        outputsOf transform: T.Type,
        options: String = "",
        input: Batch,
        lookup: Batch? = nil,
        on bench: Bench = Bench()
    ) async throws -> [String: Batch] {
        let all = try await outputs(of: transform, options: options, input: input, lookup: lookup, on: bench)
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.records) })
    }

    private static func outputs<T: Transform>(
        of transform: T.Type,
        options: String,
        input: Batch,
        lookup: Batch?,
        on bench: Bench
    ) async throws -> [(name: String, records: Batch)] {
        let trial = try TransformTrial(input, lookup: lookup) {
            try bench.transform(transform, options: options, input: input.schema, lookup: lookup?.schema)
        }
        let names = trial.outputs.map(\.name)
        guard Set(names).count == names.count,
            names.count == 1 || names.allSatisfy({ !$0.isEmpty && !$0.contains(".") })
        else {
            throw ContractViolation(
                law: .schemaAsPromised,
                detail: "no stage could name the outputs \(names), each after a dot"
            )
        }
        let expected = try await trial.outcome(TransformTrial.Schedule(parts: [0..<input.count]))
        if names.count > 1, T.Memory.self == Void.self, trial.count(of: expected) != input.count {
            throw ContractViolation(
                law: .everyRecordIsSomewhere,
                detail: "\(input.count) records went in, and \(trial.count(of: expected)) are in an output, filtered, "
                    + "rejected or combined"
            )
        }
        try await trial.verify(leaves: expected)
        let records = zip(names, expected).map { (name: $0, records: $1.records) }
        try await run(transform, options: options, input: input, lookup: lookup, on: bench, leaves: records)
        return records
    }

    /// Has the engine run it.
    private static func run(
        _ transform: any Plugin.Type,
        options: String,
        input: Batch,
        lookup: Batch?,
        on bench: Bench,
        leaves records: [(name: String, records: Batch)]
    ) async throws {
        var batches = ["input": input.thirds]
        batches["table"] = lookup?.thirds
        let trial = EngineTrial(transform, batches: batches, on: bench) { folder in
            let table = """
                [[source]]
                use = "contract-batches"
                name = "table"
                batches = "table"

                """
            let sinks = records.indices.map { index in
                """
                [[sink]]
                use = "contract-records"
                name = "records-\(index)"
                from = \((records[index].name.isEmpty ? "bench" : "bench.\(records[index].name)").quoted)
                path = "\(folder)/\(index)"
                """
            }
            return """
                \(lookup == nil ? "" : table)
                [[source]]
                use = "contract-batches"
                name = "input"
                batches = "input"
                [[transform]]
                use = "\(transform.name)"
                name = "bench"
                from = "input"
                \(lookup == nil ? "" : "lookup = \"table\"")
                \(options)
                \(sinks.joined(separator: "\n"))
                """
        }
        let expected = records.enumerated().map { ("\($0.offset)", RecordSink.bytes(of: $0.element.records)) }
        try await trial.verify(leaves: Dictionary(uniqueKeysWithValues: expected), cuts: 4)
    }
}
