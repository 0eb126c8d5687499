internal import Diagnostics
internal import PluginKit
internal import Records
internal import StateStore
internal import Pipelines

extension Flow {
    /// The least value that is read of a source; nil for all.
    func since(of index: Int) -> Int64? {
        guard let increment = context[index].increment, wholeReads[index] == nil else { return nil }
        return delivered[index]?.since(increment)
    }

    /// Continues where earlier runs have got to with incremental sources.
    ///
    /// - Parameter bookmarks: What they have left.
    /// - Throws: `checkpoint.state` if one cannot be read; what a source throws that is asked how many records it has.
    mutating func resume(_ bookmarks: [Bookmark]) async throws {
        for (index, node) in context.plan.nodes.enumerated() {
            guard let increment = node.increment else { continue }
            guard let bookmark = bookmarks.first(where: { $0.stage == node.name }) else {
                edges[index] = .first(increment, present: present)
                continue
            }
            let known = try IncrementEdge(bookmark.edge, of: increment).upTo(present, increment: increment)
            delivered[index] = known
            wholeReads[index] = try await wholeRead(of: index, increment: increment, knowing: known)
            edges[index] = known.next(increment, since: since(of: index), present: present)
        }
    }

    /// Whether everything is read although an earlier run has: nil if what is new will do.
    ///
    /// Records that come or go below what is read show in the count of those that are there. One that has come while
    /// another has gone does not, so everything is read from time to time.
    private func wholeRead(
        of index: Int,
        increment: NodeIncrement,
        knowing known: IncrementEdge
    ) async throws -> WholeRead? {
        let node = context[index]
        // A part of the records is not what a source counts.
        guard increment.keepsAllKeys, context.plan.scope.partition == nil, case .source(let source) = node.stage,
            let since = known.since(increment)
        else { return nil }
        let count: Int?
        do {
            count = try await source.count(below: since)
        } catch {
            throw Diagnostic.placing(error, at: node.name, origin: nil)
        }
        let whole = WholeRead(since: since, count: count)
        guard known.hasAllKeys, let last = known.readWhole, 0..<WholeRead.interval ~= present - last, let count else {
            return whole
        }
        let expected = known.count(below: since) + known.uncounted
        guard count != expected else { return nil }
        context.plan.log.say(
            Diagnostic(
                "source.changed-below",
                message:
                    "records from before the bookmark: \(count.inGroups), of which \(expected.inGroups) are known: all are read, and what "
                    + "was not delivered before is in this run's files",
                at: .stage(node.name, at: nil),
                severity: .note
            )
        )
        return whole
    }

    /// Notes how far a page of an incremental source got.
    mutating func note(_ work: borrowing PageWork, of index: Int) {
        guard let edge = work.edge, let increment = context[index].increment else { return }
        edges[index, default: .first(increment, present: present)].add(edge, increment: increment)
        later[index, default: NotYet()].add(work.later)
    }

    /// Reports what happened to records of incremental sources that are not where they were, once all is read.
    mutating func concludeIncrements() {
        for (index, node) in context.plan.nodes.enumerated() where node.increment != nil {
            guard var edge = edges[index] else { continue }
            let left = report.stages[index].tally.filtered.filter { $0.reason == IncrementEdge.notYet }
            let count = left.reduce(0) { $0 + $1.count }
            if let finding = later[index, default: NotYet()].finding(count, due: edge.due, of: node.name) {
                context.plan.log.say(finding)
            }
            if let whole = wholeReads[index], let count = whole.count {
                edge.uncounted = count - edge.count(below: whole.since)
                edges[index] = edge
            }
            let gone = edge.goneCount - (delivered[index]?.goneCount ?? 0)
            guard gone > 0 else { continue }
            context.plan.log.say(
                Diagnostic(
                    "source.removed",
                    message: gone.counted(
                        "record that an earlier run delivered is ",
                        plural: "records that earlier runs delivered are "
                    )
                        + "not there any more; the files of those runs still have \(gone == 1 ? "it" : "them")",
                    at: .stage(node.name, at: nil),
                    severity: .note
                )
            )
        }
    }
}
