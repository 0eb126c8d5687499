public import PluginKit

/// Holds a transform to the laws of transforms.
public enum TransformContract {
    /// Applies a transform to a batch as a whole and split at every place, and compares.
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
        return try await verify(input, output: made.output) { batch in try await made.apply(to: &batch) }
    }

    /// Applies a transform with a table to a batch as a whole and split at every place, and compares.
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
        return try await verify(input, output: made.output) { batch in try await made.apply(to: &batch, using: filled) }
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
        for place in 0...input.count {
            var joined = Batch(output)
            for rows in [0..<place, place..<input.count] {
                var part = Batch(input.schema)
                for row in rows { part.append(row, of: input) }
                try await apply(&part)
                for row in 0..<part.count { joined.append(row, of: part) }
            }
            guard joined == whole else {
                throw ContractViolation(
                    law: .splittingChangesNothing,
                    detail: "split before record \(place + 1), the records differ"
                )
            }
        }
        return whole
    }
}
