public import PluginKit

/// Holds a transform to the laws of transforms.
public enum TransformContract {
    /// Takes records through a transform in one piece and in many, with and without a memory and a table that are stored and
    /// restored in between, and compares records, rejected records, what was left out and what was combined.
    ///
    /// It is stopped after every batch and every page of the memory, and continues at the last checkpoint with a transform made
    /// anew; some pages came after that checkpoint, and none of what they did may be seen. In the end the engine runs it, cut
    /// off in between, too.
    ///
    /// - Parameters:
    ///   - transform: The transform.
    ///   - options: Its options, as lines of TOML.
    ///   - input: The records to apply it to.
    ///   - lookup: The records of its second input; nil if it has none.
    ///   - bench: What it may use.
    /// - Returns: What came out at the first output, for expectations of the test's own.
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
    ///   - bench: What it may use.
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
                detail: "\(input.count) records came, and \(trial.count(of: expected)) are in an output, filtered, "
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
