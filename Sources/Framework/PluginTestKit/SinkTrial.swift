internal import PluginKit

/// One folder, and a sink that writes to it.
struct SinkTrial<S: Sink> {
    private let make: (String) throws -> S
    private let variation: SinkVariation
    private let destination: SinkDestination
    private let folder: TemporaryFolder
    private var sink: S
    private var mark: S.Mark?
    private var accepted = 0
    /// The number of processes that have started.
    private var attempts = 0
    /// What was visible before the first write.
    private let before: SinkContract.Files
    /// The contents of the parts up to the last mark, by path.
    private var settled: [String: [UInt8]] = [:]
    /// A file that existed before the end, and that `parts` does not name.
    private var unnamed: String?

    /// Creates a trial.
    ///
    /// - Parameters:
    ///   - make: Creates a sink for a folder.
    ///   - variation: How the batches are written.
    ///   - destination: The destination that the sink commits to.
    /// - Throws: What the sink throws, or that no folder can be created.
    init(
        _ make: @escaping (String) throws -> S,
        variation: SinkVariation = SinkVariation(),
        to destination: SinkDestination
    ) throws {
        self.make = make
        self.variation = variation
        self.destination = destination
        folder = try TemporaryFolder()
        sink = try make(folder.path)
        before = try destination.visible(folder.path)
    }

    /// Writes the batches, completes them and publishes them.
    consuming func publish(_ batches: [Batch]) async throws -> SinkContract.Files {
        var trial = self
        let delivery = try await trial.finish(batches)
        try trial.verifySums(delivery)
        try trial.verifyNothingIsPublished(delivery)
        try trial.verifyEverythingIsNamed()
        if S.commitment == .refusable { try await trial.commit(delivery) }
        for file in delivery.files { try FileSystem.rename(file.temporaryPath, to: file.path) }
        for part in try trial.parts() { FileSystem.remove(part.temporaryPath) }
        if S.commitment == .certain { try await trial.commit(delivery) }
        return try trial.destination.foreign(trial.folder.files)
            .reduce(into: trial.destination.visible(trial.folder.path)) { $0[$1] = try trial.folder.bytes(of: $1) }
    }

    /// Has the sink commit, and checks what that makes visible.
    private mutating func commit(_ delivery: Delivery<S.Mark>) async throws {
        for commit in 1...variation.commits {
            // The process that commits again need not be the one that has written, and does not call `begin`.
            if variation.usesNewSinks { sink = try make(folder.path) }
            do {
                try await sink.commit(at: try again(delivery.mark))
            } catch {
                guard commit > 1 else { throw error }
                throw ContractViolation(
                    law: .committingTwiceIsCommittingOnce,
                    detail: "the second call throws \(error)"
                )
            }
        }
        if delivery.written > 0, try destination.visible(folder.path) == before {
            throw ContractViolation(
                law: variation.usesNewSinks ? .beginGoesByTheMark : .commitMakesVisible,
                detail: "after 'commit' nothing more is visible"
            )
        }
        let hidden = try destination.hidden(folder.path)
        guard hidden.isEmpty else {
            throw ContractViolation(
                law: variation.isStopped ? .beginGoesByTheMark : .commitMakesVisible,
                detail: "after 'commit' there are still: \(hidden.joined(separator: ", "))"
            )
        }
    }

    /// Creates the sink for a process that continues at the mark.
    private mutating func restart() async throws {
        if attempts > 0 { sink = try make(folder.path) }
        attempts += 1
        try await sink.begin(at: try mark.map { try again($0) }, attempt: attempts)
    }

    /// Writes the batches, and abandons them as the engine does.
    consuming func abandon(_ batches: [Batch], isFinished: Bool) async throws {
        var trial = self
        var end: S.Mark?
        if isFinished {
            let delivery = try await trial.finish(batches)
            end = delivery.mark
            for file in delivery.files { FileSystem.remove(file.temporaryPath) }
        } else {
            try await trial.write(batches)
            end = trial.mark
        }
        let known = trial.settled.keys
        if trial.variation.usesNewSinks {
            trial.sink = try trial.make(trial.folder.path)
            // If the process has changed, the engine removes what was named.
            for path in known { FileSystem.remove(path) }
        }
        await trial.sink.abandon(at: try end.map { try trial.again($0) })
        let left =
            try trial.destination.foreign(trial.folder.files) + trial.destination.hidden(trial.folder.path)
            + trial.destination.visible(trial.folder.path).filter { trial.before[$0] != $1 }.keys.sorted()
        guard left.isEmpty else {
            throw ContractViolation(
                law: .abandonedLeavesNothing,
                detail: "\(left) remain" + (isFinished ? " after 'finish'" : "")
            )
        }
    }

    private mutating func write(_ batches: [Batch]) async throws {
        try await restart()
        if variation.isStopped { try await stopAtStart(before: batches) }
        for (index, batch) in batches.enumerated() {
            if variation.usesNewSinks, index > 0 { try await restart() }
            let before = try mark.map { try again($0) }
            for write in 1...variation.writes {
                var copy = batch
                mark = try await sink.write(&copy, at: before)
                if write == 1 { accepted += copy.count }
            }
            try verifySettled()
            try settle()
            if variation.isStopped { try await stop(after: batches[(index + 1)...]) }
        }
    }

    private mutating func finish(_ batches: [Batch]) async throws -> Delivery<S.Mark> {
        try await write(batches)
        if variation.usesNewSinks { try await restart() }
        let named = Set(try parts().map(\.temporaryPath))
        unnamed = destination.foreign(folder.files).first { !named.contains(folder.path($0)) }
        let delivery: Delivery<S.Mark>
        do {
            delivery = try await sink.finish(at: try mark.map { try again($0) })
        } catch {
            // What was published early is missing when it should be completed.
            if let unnamed { throw ContractViolation(law: .nothingBeforeTheEnd, detail: "'\(unnamed)' is too early") }
            throw error
        }
        guard variation.finishes > 1 else { return delivery }
        if variation.usesNewSinks { sink = try make(folder.path) }
        let other: Delivery<S.Mark>
        do { other = try await sink.finish(at: try mark.map { try again($0) }) } catch {
            throw ContractViolation(law: .finishingTwiceIsFinishingOnce, detail: "the second call throws \(error)")
        }
        guard other.summary == delivery.summary else {
            throw ContractViolation(
                law: .finishingTwiceIsFinishingOnce,
                detail: "first \(delivery.summary), then \(other.summary)"
            )
        }
        return other
    }

    /// A mark that was converted to text and back, as in a checkpoint.
    private func again(_ mark: S.Mark) throws -> S.Mark {
        if let again = S.Mark(mark.description), again.description == mark.description { return again }
        throw ContractViolation(law: .markOutlivesSink, detail: "'\(mark)' converted to text and back is another mark")
    }
}

// MARK: Parts

extension SinkTrial {
    /// The parts at the mark, as named by a new sink.
    private func parts() throws -> [StagedFile] {
        guard let mark else { return [] }
        let parts = try sink.parts(at: mark)
        let others = try make(folder.path).parts(at: try again(mark))
        guard parts == others else {
            throw ContractViolation(
                law: .partsAreNamed,
                detail: "at '\(mark)' a sink names \(parts.map(\.temporaryPath)), and a new one "
                    + "\(others.map(\.temporaryPath))"
            )
        }
        return parts
    }

    /// Records the contents of the parts up to the mark.
    private mutating func settle() throws {
        settled = [:]
        for part in try parts() {
            let bytes = (try? InputFile(part.temporaryPath).readAll(atMost: 1 << 30)) ?? []
            guard FileSystem.exists(part.temporaryPath), bytes.count >= part.bytes else {
                throw ContractViolation(
                    law: .partsAreNamed,
                    detail: "'\(part.temporaryPath)' has \(bytes.count) bytes, but the sink states \(part.bytes)"
                )
            }
            settled[part.temporaryPath] = Array(bytes[..<part.bytes])
        }
    }

    /// Verifies that what was before the last mark is unchanged.
    private func verifySettled() throws {
        for (path, bytes) in settled {
            let now = (try? InputFile(path).readAll(atMost: 1 << 30)) ?? []
            guard now.starts(with: bytes) else {
                throw ContractViolation(
                    law: .partsAreFinal,
                    detail: "a later write changes the first \(bytes.count) bytes of '\(path)'"
                )
            }
        }
    }

    /// Has the sink write before there is a mark, and removes all files of that.
    private mutating func stopAtStart(before batches: [Batch]) async throws {
        var lost: S.Mark?
        for batch in batches {
            var copy = batch
            lost = try await sink.write(&copy, at: lost)
        }
        for name in destination.foreign(folder.files) { FileSystem.remove(folder.path(name)) }
        try await restart()
    }

    /// Has the sink write more, and leaves of that and of earlier writes what the engine would leave, and worse: other
    /// bytes after each part.
    private func stop(after batches: ArraySlice<Batch>) async throws {
        var lost = try mark.map { try again($0) }
        for batch in batches {
            var copy = batch
            lost = try await sink.write(&copy, at: lost)
        }
        try verifySettled()
        for (path, bytes) in settled {
            FileSystem.remove(path)
            try OutputFile(path, suffix: "").write((bytes + Array("\"lost\n".utf8)).span, at: 0)
        }
    }
}

// MARK: Sums and names

extension SinkTrial {
    private func verifySums(_ delivery: Delivery<S.Mark>) throws {
        let filtered = delivery.filtered.reduce(0) { $0 + $1.count }
        guard delivery.written + filtered != accepted else { return }
        // If the files are wrong, the sums may still be right: the laws of files are checked first.
        guard variation.writes == 1, !variation.usesNewSinks else { return }
        throw ContractViolation(
            law: .sumsAgree,
            detail: "\(accepted) accepted, \(delivery.written) written, \(filtered) filtered"
        )
    }

    /// Before publication, the folder contains only files that wait for their final names, and files that `parts`
    /// names.
    private func verifyNothingIsPublished(_ delivery: Delivery<S.Mark>) throws {
        let waiting = Set(delivery.files.map(\.temporaryPath)).union(try parts().map(\.temporaryPath))
        if S.commitment != .immediate, try destination.visible(folder.path) != before {
            throw ContractViolation(law: .nothingBeforeTheEnd, detail: "what was written is visible before 'commit'")
        }
        let names = destination.foreign(folder.files)
        guard let early = names.first(where: { !waiting.contains(folder.path($0)) }) else { return }
        throw ContractViolation(
            law: .nothingBeforeTheEnd,
            detail: "'\(early)' exists, and is not a file that waits for its final name"
        )
    }

    /// A file that is not named is not synced before a checkpoint is stored.
    private func verifyEverythingIsNamed() throws {
        guard let unnamed, !variation.isStopped else { return }
        throw ContractViolation(
            law: .partsAreNamed,
            detail: "'\(unnamed)' was written before 'finish', and 'parts' does not name it"
        )
    }
}

extension Delivery {
    /// Everything that finishing again must not change.
    fileprivate var summary: String {
        files.map { "\($0.path): \($0.records) records, \($0.bytes) bytes" }.joined(separator: ", ")
            + "; at \(mark), \(written) written, \(filtered.map { "\($0.count) \($0.reason)" })"
    }
}
