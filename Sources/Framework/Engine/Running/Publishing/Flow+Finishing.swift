internal import Diagnostics
internal import PluginKit
internal import Records

extension Flow {
    /// Has every sink complete what it wrote, several at a time.
    ///
    /// It is given up when the run is stopped: a sink can complete what it wrote another time.
    mutating func finishSinks(_ control: RunControl) async throws {
        progress.isFinishing = true
        progress.stage = lanes.map { route[$0.node].name }.joined(separator: "', '")
        tell()
        let before = route.monitor.enter(.finishing)
        defer { route.monitor.enter(before) }
        var deliveries: [Int: Delivery] = [:]
        try await withThrowingTaskGroup(of: (Int, Delivery).self) { group in
            for lane in lanes { group.addTask { (lane.node, try await lane.delivery()) } }
            group.addTask {
                await control.stopped()
                throw Stopped()
            }
            while deliveries.count < lanes.count, let (node, delivery) = try await group.next() {
                deliveries[node] = delivery
            }
            group.cancelAll()
        }
        for lane in lanes {
            guard let delivery = deliveries[lane.node] else { continue }
            let node = route[lane.node]
            let taken = Set(pending.map(\.path) + (rejects.map { [$0.path] } ?? []))
            pending += delivery.files
            if let twin = delivery.files.first(where: { taken.contains($0.path) }) {
                // What it keeps lies in the same file by now.
                if twin.path == rejects?.path { rejects = nil }
                throw Diagnostic(
                    "run.same-file",
                    "another part of the run writes the same file: \(twin.path)",
                    at: .stage(node.name, at: nil),
                    hint: "give each its own path"
                )
            }
            report.remarks += delivery.remarks.map { "\(node.name): \($0)" }
            report.stages[lane.node].tally.sent = delivery.written
            for reason in delivery.filtered { report.stages[lane.node].tally.filtered.add(reason) }
            route.monitor.book(filtered: delivery.filtered.reduce(0) { $0 + $1.count }, by: lane.node)
        }
        if let kept = try rejects?.complete() { pending.append(kept) }
    }

    /// Refuses to publish with more rejected records than the file allows.
    func checkRejects() throws {
        let policy = route.plan.settings.onReject
        if policy.window == nil, let limit = policy.limit, report.rejected > limit {
            throw TooManyRejected(allowance: .limit(limit))
        }
        if let share = policy.share, Double(report.rejected) > share * Double(report.read) {
            throw TooManyRejected(allowance: .share(share))
        }
    }

    /// Refuses to publish what does not add up.
    func checkSums() throws {
        for stage in report.stages where !stage.tally.isBalanced {
            let tally = stage.tally
            throw SumsDisagree(
                diagnostic: Diagnostic(
                    "run.sums",
                    "\(stage.kind) '\(stage.name)': \(tally.received + tally.added) records came in, but "
                        + "\(tally.sent) written or passed on, \(tally.filteredCount) filtered and "
                        + "\(tally.rejected) rejected make \(tally.sent + tally.filteredCount + tally.rejected)",
                    hint: "nothing was published; this is a mistake of the plugin '\(stage.plugin)', please report it"
                )
            )
        }
        guard report.isBalanced else {
            throw SumsDisagree(
                diagnostic: Diagnostic("run.sums", "the records of the stages do not add up from end to end")
            )
        }
    }

    /// Gives all files their final names, and makes the names durable.
    mutating func publish(_ journal: RunJournal?, _ writer: CheckpointWriter) async throws {
        let before = route.monitor.enter(.publishing)
        defer { route.monitor.enter(before) }
        try route.plan.refuseOverlap(of: pending)
        var files: [RunReport.File] = []
        for file in pending { files.append(try await writer.published(file)) }
        let parts = try lanes.flatMap { try $0.parts() }.map(\.path) + logs.values.map(\.path)
        report.files = files.filter { $0.path != rejects?.path }
        report.rejectFile = files.first { $0.path == rejects?.path }
        do {
            try journal?.refuseForeign(report.files, of: route.plan)
            if let rejectFile = report.rejectFile { try route.plan.refuseForeignRejects(at: rejectFile.path) }
            try journal?.intend(files, report)
            try Publication.publish(files)
        } catch {
            (report.files, report.rejectFile) = ([], nil)
            throw error
        }
        pending = []
        // What is published needs them no more.
        let published = Set(files.map(\.temporaryPath))
        for part in parts where !published.contains(part) { FileSystem.remove(part) }
    }

    /// Throws away what was written; rejected records that were to be kept are kept, to be looked at.
    mutating func abandon() async {
        let waiting = pending.filter { $0.path != rejects?.path }
        for lane in lanes { await lane.abandon() }
        for path in waiting.map(\.temporaryPath) + logs.values.map(\.path) { FileSystem.remove(path) }
        pending = []
        // The run has failed already, for a reason that is told; a second one would hide it.
        guard let rejects, (try? route.plan.refuseForeignRejects(at: rejects.path)) != nil,
            let kept = try? self.rejects?.complete()
        else { return }
        report.rejectFile = try? Self.keep(kept)
    }

    /// Leaves what was written where it is, for the next attempt; what was rejected so far is there to be looked at.
    mutating func leave() {
        let parts = Set(((try? parts()) ?? []).map(\.path))
        for file in pending where !parts.contains(file.temporaryPath) { FileSystem.remove(file.temporaryPath) }
        pending = []
        guard let kept = try? rejects?.part(), let rejects else { return }
        do {
            try route.plan.refuseForeignRejects(at: rejects.path)
            try FileSystem.copy(kept.path, to: rejects.path)
            report.rejectFile = RunReport.File(
                temporaryPath: kept.path,
                path: rejects.path,
                records: kept.records,
                bytes: kept.bytes,
                crc32: 0
            )
        } catch {
            // They are still under the temporary name, and the run goes on from there.
        }
    }

    private static func keep(_ file: PendingFile) throws -> RunReport.File {
        try FileSystem.rename(file.temporaryPath, to: file.path)
        try FileSystem.syncFolder(of: file.path)
        return RunReport.File(
            temporaryPath: file.temporaryPath,
            path: file.path,
            records: file.records,
            bytes: file.bytes,
            crc32: 0
        )
    }
}
