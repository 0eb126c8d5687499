public import PluginKit

extension TransformContract {
    /// Has a transform move the records of a batch to its outputs, as a whole and split at every place, and compares the
    /// outputs, rejected records and what was left out.
    ///
    /// In the end the engine runs it, cut off in between, too.
    ///
    /// - Parameters:
    ///   - transform: The transform.
    ///   - options: Its options, as lines of TOML.
    ///   - input: The records to move.
    ///   - bench: What it may use.
    /// - Returns: The records of each output, by its name, for expectations of the test's own.
    /// - Throws: `ContractViolation`, or what the transform throws.
    @discardableResult
    public static func verify<T: RoutingTransform>(
        _ transform: T.Type,
        options: String = "",
        input: Batch,
        on bench: Bench = Bench()
    ) async throws -> [String: Batch] {
        let made = try bench.transform(transform, options, input: input.schema)
        let names = made.outputs.map(\.name)
        guard Set(names).count == names.count, names.allSatisfy({ !$0.isEmpty && !$0.contains(".") }) else {
            throw ContractViolation(
                law: .schemaAsPromised,
                detail: "no stage could name the outputs \(names), each behind a dot"
            )
        }
        let whole = try await RoutedBatch(input, by: made)
        for place in 0...input.count {
            var joined = try await RoutedBatch(input.part(0..<place), by: made)
            joined.append(try await RoutedBatch(input.part(place..<input.count), by: made))
            guard joined.outcomes == whole.outcomes else {
                throw ContractViolation(
                    law: .splittingChangesNothing,
                    detail: "split before record \(place + 1), the records differ"
                )
            }
        }
        let trial = EngineTrial(transform, batches: ["input": input.thirds], on: bench) { folder in
            let sinks = names.enumerated().map { index, name in
                """
                [[sink]]
                use = "contract-records"
                name = "records-\(index)"
                from = \("bench.\(name)".quoted)
                path = "\(folder)/\(index)"
                """
            }
            return """
                [[source]]
                use = "contract-batches"
                batches = "input"
                [[transform]]
                use = "\(transform.name)"
                name = "bench"
                \(options)
                \(sinks.joined(separator: "\n"))
                """
        }
        let expected = whole.outputs.enumerated().map { ("\($0.offset)", RecordSink.bytes(of: $0.element)) }
        try await trial.verify(leaves: Dictionary(uniqueKeysWithValues: expected), cuts: 4)
        return Dictionary(uniqueKeysWithValues: zip(names, whole.outputs))
    }
}

/// What became of a batch whose records were moved.
private struct RoutedBatch {
    /// The records of each output.
    let outputs: [Batch]
    /// What became of the records: those of each output, and behind them those of none.
    private(set) var outcomes: [Outcome]

    init(_ input: Batch, by transform: some RoutingTransform) async throws {
        var batch = input
        var outputs = transform.outputs.map { Batch($0.schema) }
        try await transform.route(&batch, to: &outputs)
        guard outputs.map(\.schema) == transform.outputs.map(\.schema) else {
            throw ContractViolation(
                law: .schemaAsPromised,
                detail: "the outputs have the columns \(outputs.map(\.schema.names)), "
                    + "promised are \(transform.outputs.map(\.schema.names))"
            )
        }
        // What is left counts as filtered, whatever its columns are by now.
        batch.noteFiltered(batch.count, because: "left in the batch")
        batch.truncate(to: 0)
        batch.reshape(to: Schema([]))
        outcomes = (outputs + [batch]).map(Outcome.init)
        self.outputs = outputs
        let count = outcomes.reduce(0) { $0 + $1.count }
        guard count == input.count else {
            throw ContractViolation(
                law: .everyRecordIsSomewhere,
                detail: "\(input.count) records came, and \(count) are in an output, filtered or rejected"
            )
        }
    }

    mutating func append(_ other: RoutedBatch) {
        for index in outcomes.indices { outcomes[index].append(other.outcomes[index]) }
    }
}
