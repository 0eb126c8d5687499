public import PluginKit

/// Holds a sink to the laws of sinks.
public enum SinkContract {
    /// What a sink left behind: the published files by their paths within the folder.
    public typealias Files = [String: [UInt8]]

    /// Writes batches once, twice each, and with a sink made anew before every batch, and compares the files; then
    /// abandons what was written, before and after it was completed, and completes a run without a record.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - batches: The records to write, all with the same columns, one batch at least.
    ///   - bench: What it may use.
    ///   - options: Its options, as lines of TOML, for a folder to write to.
    /// - Returns: The published files, for expectations of the test's own.
    /// - Throws: `ContractViolation`, or what the sink throws.
    /// - Precondition: there is a batch.
    @discardableResult
    public static func verify<S: Sink>(
        _ sink: S.Type,
        batches: [Batch],
        on bench: Bench = Bench(),
        options: @escaping (String) -> String
    ) async throws -> Files {
        guard let schema = batches.first?.schema else { preconditionFailure("a sink is tried with a batch at least") }
        let make = { (folder: String) in try bench.sink(sink, options(folder), input: schema) }
        let once = try await SinkTrial(make).publish(batches)
        if try await SinkTrial(make, writes: 2).publish(batches) != once {
            throw ContractViolation(
                law: .writingTwiceIsWritingOnce,
                detail: "each batch written twice leaves other files"
            )
        }
        if try await SinkTrial(make, isMadeAnew: true).publish(batches) != once {
            throw ContractViolation(
                law: .markOutlivesSink,
                detail: "a sink made anew before each batch leaves other files"
            )
        }
        try await SinkTrial(make).abandon(batches, isFinished: false)
        try await SinkTrial(make).abandon(batches, isFinished: true)
        _ = try await SinkTrial(make).publish([])
        return once
    }
}

/// One folder, and a sink that writes to it.
private struct SinkTrial<S: Sink> {
    private let make: (String) throws -> S
    private let writes: Int
    private let isMadeAnew: Bool
    private let folder: TemporaryFolder
    private var sink: S
    private var mark: S.Mark?
    private var accepted = 0

    /// A trial.
    ///
    /// - Parameters:
    ///   - make: Makes a sink for a folder.
    ///   - writes: How often each batch is written.
    ///   - isMadeAnew: Whether each batch is written by a sink of its own.
    /// - Throws: what the sink throws, or that there is no folder.
    init(_ make: @escaping (String) throws -> S, writes: Int = 1, isMadeAnew: Bool = false) throws {
        self.make = make
        self.writes = writes
        self.isMadeAnew = isMadeAnew
        folder = try TemporaryFolder()
        sink = try make(folder.path)
    }

    /// Writes the batches, completes them and publishes them.
    consuming func publish(_ batches: [Batch]) async throws -> SinkContract.Files {
        var trial = self
        let delivery = try await trial.finish(batches)
        try trial.verifySums(delivery)
        try trial.verifyNothingIsPublished(delivery)
        for file in delivery.files { try FileSystem.rename(file.temporaryPath, to: file.path) }
        return try trial.folder.files.reduce(into: [:]) { $0[$1] = try trial.folder.bytes(of: $1) }
    }

    /// Writes the batches, and throws all away as the engine would.
    consuming func abandon(_ batches: [Batch], isFinished: Bool) async throws {
        var trial = self
        if isFinished {
            for file in try await trial.finish(batches).files { FileSystem.remove(file.temporaryPath) }
        } else {
            try await trial.write(batches)
        }
        await trial.sink.abandon()
        guard trial.folder.files.isEmpty else {
            throw ContractViolation(
                law: .abandonedLeavesNothing,
                detail: "\(trial.folder.files) are left" + (isFinished ? " after 'finish'" : "")
            )
        }
    }

    private mutating func write(_ batches: [Batch]) async throws {
        for batch in batches {
            if isMadeAnew { sink = try make(folder.path) }
            let before = try mark.map { try again($0) }
            for write in 1...writes {
                var copy = batch
                mark = try await sink.write(&copy, at: before)
                if write == 1 { accepted += copy.count }
            }
        }
    }

    private mutating func finish(_ batches: [Batch]) async throws -> Delivery {
        try await write(batches)
        if isMadeAnew { sink = try make(folder.path) }
        return try await sink.finish(at: try mark.map { try again($0) })
    }

    /// A mark that was text in between, as in a checkpoint.
    private func again(_ mark: S.Mark) throws -> S.Mark {
        if let again = S.Mark(mark.description), again.description == mark.description { return again }
        throw ContractViolation(law: .markOutlivesSink, detail: "'\(mark)' does not become the same mark again")
    }

    private func verifySums(_ delivery: Delivery) throws {
        let filtered = delivery.filtered.reduce(0) { $0 + $1.count }
        guard delivery.written + filtered != accepted else { return }
        // Written twice, the sums may well be right and the files wrong: that law is looked at first.
        guard writes == 1 else { return }
        throw ContractViolation(
            law: .sumsAgree,
            detail: "\(accepted) accepted, \(delivery.written) written, \(filtered) filtered"
        )
    }

    /// Before publishing, there is nothing in the folder but what waits for its final name.
    private func verifyNothingIsPublished(_ delivery: Delivery) throws {
        let waiting = Set(delivery.files.map(\.temporaryPath))
        guard let early = folder.files.first(where: { !waiting.contains(folder.path($0)) }) else { return }
        throw ContractViolation(
            law: .nothingBeforeTheEnd,
            detail: "'\(early)' is there, and is no file that waits for its final name"
        )
    }
}
