public import PluginKit

/// Verifies that a sink obeys the laws of sinks.
public enum SinkContract {
    /// The published files by their paths within the folder.
    public typealias Files = [String: [UInt8]]

    /// Writes batches in all ways that must produce the same files, and compares these.
    ///
    /// The batches are written once, twice each, by a new sink before every batch, and by one that is stopped after
    /// every batch, beyond its mark; they are completed once and twice, and committed once and twice. Then what was
    /// written is abandoned, before and after it was completed, and a run without a record is completed.
    ///
    /// At the end the engine runs it, with a checkpoint after each batch and with none, and interrupted at steps that
    /// concern its files: it reads the files back, counts their records by the stated format, checks sums and
    /// publishes.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - batches: The records to write, all with the same columns, at least one batch.
    ///   - bench: The bench that creates it.
    ///   - destination: The destination that it commits to; nil for a sink that only writes files.
    ///   - options: Its options, as lines of TOML, for a folder to write to.
    /// - Returns: The published files, for the test's own expectations.
    /// - Throws: `ContractViolation`, or what the sink throws.
    /// - Precondition: There is at least one batch.
    @discardableResult
    public static func verify<S: Sink>(
        _ sink: S.Type,
        batches: [Batch],
        on bench: Bench = Bench(),
        destination: SinkDestination? = nil,
        options: @escaping (String) -> String
    ) async throws -> Files {
        guard let schema = batches.first?.schema else { preconditionFailure("the contract needs at least one batch") }
        let make = { (folder: String) in try bench.sink(sink, options: options(folder), input: schema) }
        let end = destination ?? .folder
        let once = try await SinkTrial(make, to: end).publish(batches)
        for variation in SinkVariation.all where variation.commits == 1 || S.commitment.commits {
            guard try await SinkTrial(make, variation: variation, to: end).publish(batches) != once else { continue }
            throw ContractViolation(law: variation.law, detail: variation.detail)
        }
        for usesNewSinks in [false, true] {
            let variation = SinkVariation(usesNewSinks: usesNewSinks)
            try await SinkTrial(make, variation: variation, to: end).abandon(batches, isFinished: false)
            try await SinkTrial(make, variation: variation, to: end).abandon(batches, isFinished: true)
        }
        _ = try await SinkTrial(make, to: end).publish([])
        let trial = EngineTrial(sink, batches: ["input": batches], on: bench, destination: end) { folder in
            """
            [[source]]
            use = "contract-batches"
            batches = "input"
            [[sink]]
            use = "\(sink.name)"
            name = "bench"
            \(options(folder))
            """
        }
        try await trial.verify(leaves: once, cuts: 24)
        return once
    }
}
