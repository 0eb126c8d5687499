public import PluginKit

extension TransformContract {
    /// Applies a transform with a memory to a batch as a whole, split at every place and record by record, and compares
    /// records, rejected records, what was left out and what was appended at the end.
    ///
    /// The memory is carried over, and once more stored and read back wherever the batch is split, by a transform made
    /// anew. In the end the engine runs it, cut off in between, too.
    ///
    /// - Parameters:
    ///   - transform: The transform.
    ///   - options: Its options, as lines of TOML.
    ///   - input: The records to apply it to.
    ///   - bench: What it may use.
    /// - Returns: What came out, what was appended at the end included, for expectations of the test's own.
    /// - Throws: `ContractViolation`, or what the transform throws.
    @discardableResult
    public static func verify<T: StatefulTransform>(
        _ transform: T.Type,
        options: String = "",
        input: Batch,
        on bench: Bench = Bench()
    ) async throws -> Batch {
        let trial = StatefulTrial { try bench.transform(transform, options, input: input.schema) }
        let all = 0..<input.count
        let (whole, expected) = try await trial.outcome(of: input, in: [all], isStored: false)
        for isStored in [false, true] {
            let splits =
                all.map { [0..<$0, $0..<input.count] } + [[all, input.count..<input.count], all.map { $0..<$0 + 1 }]
            for parts in splits
            where try await trial.outcome(of: input, in: parts, isStored: isStored).outcome != expected {
                throw ContractViolation(
                    law: isStored ? .memoryOutlivesTransform : .splittingChangesNothing,
                    detail: "applied to the records \(parts.map { "\($0.lowerBound + 1)...\($0.upperBound)" }), "
                        + (isStored ? "with the memory stored and read back in between, " : "") + "it gives others"
                )
            }
        }
        let run = EngineTrial.run(ofTransform: transform, options: options, input: input, on: bench)
        try await run.verify(leaves: ["records": RecordSink.bytes(of: whole)], cuts: 4)
        return whole
    }
}

/// Applies a transform with a memory, part after part.
private struct StatefulTrial<T: StatefulTransform> {
    let make: () throws -> T
    private let one: Result<T, any Error>

    init(_ make: @escaping () throws -> T) {
        self.make = make
        one = Result { try make() }
    }

    /// What becomes of the parts of a batch.
    ///
    /// - Parameters:
    ///   - input: The batch.
    ///   - parts: The rows of each part, in their order.
    ///   - isStored: Whether the memory is stored and read back before each part and before the end.
    /// - Returns: All records, and what became of them.
    /// - Throws: `ContractViolation`, or what the transform throws.
    func outcome(
        of input: Batch,
        in parts: [Range<Int>],
        isStored: Bool
    ) async throws -> (records: Batch, outcome: Outcome) {
        var transform = try one.get()
        var state = transform.initialState
        var joined = Outcome(Batch(transform.output))
        var records = Batch(transform.output)
        for rows in parts {
            if isStored { (transform, state) = (try make(), try Self.returned(state)) }
            var part = input.part(rows)
            try await transform.apply(to: &part, remembering: &state)
            try Self.verify(part.schema, is: transform.output)
            joined.append(part)
            records.append(contentsOf: part)
        }
        if isStored { (transform, state) = (try make(), try Self.returned(state)) }
        var tail = Batch(transform.output)
        try await transform.finish(&state, into: &tail)
        try Self.verify(tail.schema, is: transform.output)
        joined.append(tail)
        records.append(contentsOf: tail)
        return (records, joined)
    }

    private static func verify(_ schema: Schema, is promised: Schema) throws {
        guard schema != promised else { return }
        throw ContractViolation(
            law: .schemaAsPromised,
            detail: "a batch has the columns \(schema.names), promised are \(promised.names)"
        )
    }

    /// A memory that was bytes in between, as in a checkpoint.
    private static func returned(_ state: T.State) throws -> T.State {
        var writer = StateWriter()
        state.write(to: &writer)
        var reader = StateReader(writer.bytes)
        do {
            let state = try T.State(from: &reader)
            if reader.isAtEnd { return state }
        } catch {
            throw ContractViolation(law: .memoryOutlivesTransform, detail: "what it stored it cannot read: \(error)")
        }
        throw ContractViolation(law: .memoryOutlivesTransform, detail: "it does not read back all that it stored")
    }
}
