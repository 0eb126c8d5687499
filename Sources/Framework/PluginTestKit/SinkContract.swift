internal import Diagnostics
public import PluginKit

/// Holds a sink to the laws of sinks.
public enum SinkContract {
    /// What a sink left behind: the published files by their paths within the folder.
    public typealias Files = [String: [UInt8]]

    /// Writes batches once, twice each, and with a sink made anew before every batch, and compares the files.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - batches: The records to write, one batch at least.
    ///   - bench: What it may use.
    ///   - options: Its options, as lines of TOML, for a folder to write to.
    /// - Returns: The published files, for expectations of the test's own.
    /// - Throws: `ContractViolation`, or what the sink throws.
    @discardableResult
    public static func verify<S: Sink>(
        _ sink: S.Type,
        batches: [Batch],
        on bench: Bench = Bench(),
        options: (String) -> String
    ) async throws -> Files {
        let trial = Trial<S>(batches: batches, bench: bench)
        let once = try await trial.files(options, writes: 1, anew: false)
        if try await trial.files(options, writes: 2, anew: false) != once {
            throw ContractViolation(
                law: .writingTwiceIsWritingOnce,
                detail: "each batch written twice leaves other files"
            )
        }
        if try await trial.files(options, writes: 1, anew: true) != once {
            throw ContractViolation(
                law: .markOutlivesSink,
                detail: "a sink made anew before each batch leaves other files"
            )
        }
        try await trial.abandon(options)
        return once
    }

    private struct Trial<S: Sink> {
        let batches: [Batch]
        let bench: Bench

        func files(_ options: (String) -> String, writes: Int, anew: Bool) async throws -> Files {
            let folder = try TemporaryFolder()
            let text = options(folder.path)
            guard let schema = batches.first?.schema else { return [:] }
            var sink = try bench.sink(S.self, text, input: schema)
            var mark: S.Mark?
            var accepted = 0
            for batch in batches {
                if anew { sink = try bench.sink(S.self, text, input: schema) }
                let before = try mark.map { try carried($0) }
                for _ in 0..<writes {
                    var copy = batch
                    mark = try await sink.write(&copy, at: before)
                    if writes == 1 { accepted += copy.count }
                }
            }
            if anew { sink = try bench.sink(S.self, text, input: schema) }
            let delivery = try await sink.finish(at: mark)
            if writes == 1 { try check(delivery, accepted) }
            try publish(delivery, in: folder)
            return try folder.files.reduce(into: [:]) { $0[$1] = try folder.bytes(of: $1) }
        }

        /// A mark that was text in between, as in a checkpoint.
        private func carried(_ mark: S.Mark) throws -> S.Mark {
            guard let again = S.Mark(mark.description) else {
                throw ContractViolation(law: .markOutlivesSink, detail: "'\(mark)' does not become a mark again")
            }
            return again
        }

        private func check(_ delivery: Delivery, _ accepted: Int) throws {
            let leftOut = delivery.leftOut.reduce(0) { $0 + $1.count }
            guard delivery.written + leftOut == accepted else {
                throw ContractViolation(
                    law: .sumsAgree,
                    detail: "\(accepted) accepted, \(delivery.written) written, \(leftOut) left out"
                )
            }
        }

        private func publish(_ delivery: Delivery, in folder: TemporaryFolder) throws {
            let early = delivery.files.filter { FileSystem.exists($0.path) }
            guard early.isEmpty else {
                throw ContractViolation(law: .nothingBeforeTheEnd, detail: "\(early[0].path) is there already")
            }
            for file in delivery.files { try FileSystem.rename(file.temporaryPath, to: file.path) }
        }

        func abandon(_ options: (String) -> String) async throws {
            let folder = try TemporaryFolder()
            guard let first = batches.first else { return }
            let sink = try bench.sink(S.self, options(folder.path), input: first.schema)
            var batch = first
            _ = try await sink.write(&batch, at: nil)
            await sink.abandon()
            guard folder.files.isEmpty else {
                throw ContractViolation(law: .abandonedLeavesNothing, detail: "\(folder.files) are left")
            }
        }
    }
}
