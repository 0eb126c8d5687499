public import PluginKit

/// Holds a transform to the laws of transforms.
public enum TransformContract {
    /// Applies a transform to a batch as a whole and split at every place, and compares records, rejected records and
    /// what was left out.
    ///
    /// In the end the engine runs it, cut off in between, too.
    ///
    /// - Parameters:
    ///   - transform: The transform.
    ///   - options: Its options, as lines of TOML.
    ///   - input: The records to apply it to.
    ///   - bench: What it may use.
    /// - Returns: What came out, for expectations of the test's own.
    /// - Throws: `ContractViolation`, or what the transform throws.
    @discardableResult
    public static func verify<T: Transform>(
        _ transform: T.Type,
        options: String = "",
        input: Batch,
        on bench: Bench = Bench()
    ) async throws -> Batch {
        let made = try bench.transform(transform, options, input: input.schema)
        let whole = try await verify(input, output: made.output) { batch in try await made.apply(to: &batch) }
        let trial = EngineTrial.run(ofTransform: transform, options: options, input: input, on: bench)
        try await trial.verify(leaves: ["records": RecordSink.bytes(of: whole)], cuts: 4)
        return whole
    }

    /// Applies a transform with a table to a batch as a whole and split at every place, and compares; and again with a
    /// table that was filled record by record.
    ///
    /// In the end the engine runs it, cut off in between, too.
    ///
    /// - Parameters:
    ///   - transform: The transform.
    ///   - options: Its options, as lines of TOML.
    ///   - input: The records to apply it to.
    ///   - lookup: The records of its second input.
    ///   - bench: What it may use.
    /// - Returns: What came out, for expectations of the test's own.
    /// - Throws: `ContractViolation`, or what the transform throws.
    @discardableResult
    public static func verify<T: LookupTransform>(
        _ transform: T.Type,
        options: String = "",
        input: Batch,
        lookup: Batch,
        on bench: Bench = Bench()
    ) async throws -> Batch {
        let made = try bench.transform(transform, options, input: input.schema, lookup: lookup.schema)
        var table = made.makeTable()
        try made.remember(lookup, in: &table)
        let filled = table
        let whole = try await verify(input, output: made.output) { batch in
            try await made.apply(to: &batch, using: filled)
        }
        var slowly = made.makeTable()
        for row in 0..<lookup.count { try made.remember(lookup.part(row..<row + 1), in: &slowly) }
        var again = input
        try await made.apply(to: &again, using: slowly)
        guard Outcome(again) == Outcome(whole) else {
            throw ContractViolation(
                law: .splittingChangesNothing,
                detail: "a table filled record by record answers otherwise"
            )
        }
        let trial = EngineTrial(transform, batches: ["input": input.thirds, "table": lookup.thirds], on: bench) {
            """
            [[source]]
            use = "contract-batches"
            name = "table"
            batches = "table"
            [[source]]
            use = "contract-batches"
            name = "input"
            batches = "input"
            [[transform]]
            use = "\(transform.name)"
            name = "bench"
            from = "input"
            lookup = "table"
            \(options)
            [[sink]]
            use = "contract-records"
            from = "bench"
            path = "\($0)/records"
            """
        }
        try await trial.verify(leaves: ["records": RecordSink.bytes(of: whole)], cuts: 4)
        return whole
    }

    private static func verify(
        _ input: Batch,
        output: Schema,
        _ apply: (inout Batch) async throws -> Void
    ) async throws -> Batch {
        var whole = input
        try await apply(&whole)
        guard whole.schema == output else {
            throw ContractViolation(
                law: .schemaAsPromised,
                detail: "the batch has the columns \(whole.schema.names), promised are \(output.names)"
            )
        }
        let expected = Outcome(whole)
        for place in 0...input.count {
            var joined = Outcome(Batch(output))
            for rows in [0..<place, place..<input.count] {
                var part = input.part(rows)
                try await apply(&part)
                joined.append(part)
            }
            guard joined == expected else {
                throw ContractViolation(
                    law: .splittingChangesNothing,
                    detail: "split before record \(place + 1), the records differ"
                )
            }
        }
        return whole
    }
}
