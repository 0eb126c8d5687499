internal import Diagnostics
internal import Pipelines
internal import PluginKit

/// The commits of a run's sinks, in order: those that can be refused come before the files, the others after them.
struct CommitSequence: Sendable {
    /// A sink that makes something visible by its commit.
    struct Item: Sendable {
        let stage: String
        let plugin: String
        let isRefusable: Bool
        /// The mark to commit at.
        let mark: String
        let sink: any SinkStage
        /// Whether its commit has returned.
        var isDone = false
    }

    /// In the order of the plan, those that can be refused first.
    private(set) var items: [Item]

    /// Whether another sink of the run has committed before.
    private let wasBegun: Bool

    /// The commits of sinks in the order of the plan.
    ///
    /// - Parameters:
    ///   - items: The sinks.
    ///   - isBegun: Whether another sink of the run has committed already.
    init(_ items: [Item], isBegun: Bool = false) {
        self.items = items.filter(\.isRefusable) + items.filter { !$0.isRefusable }
        wasBegun = isBegun
    }

    /// Whether one has returned, so that something is visible.
    var isBegun: Bool { wasBegun || items.contains(where: \.isDone) }

    /// Whether one can be refused and has not returned.
    var canBeRefused: Bool { items.contains { $0.isRefusable && !$0.isDone } }

    /// Has sinks commit, one after the other, those that have not.
    ///
    /// - Parameters:
    ///   - refusable: Whether those commit that can be refused; otherwise the others do.
    ///   - note: Stores that the commit of a stage has returned.
    /// - Throws: The error of the first commit that failed; later ones are not attempted.
    mutating func commit(refusable: Bool, note: (String) throws -> Void) async throws(CommitFailure) {
        for index in items.indices where items[index].isRefusable == refusable && !items[index].isDone {
            let item = items[index]
            do {
                try await item.sink.commit(at: item.mark)
            } catch let refused as Refused {
                throw CommitFailure(refused.reason, of: item.stage, isFinal: true)
            } catch {
                throw CommitFailure(error, of: item.stage, isFinal: false)
            }
            items[index].isDone = true
            do {
                try note(item.stage)
            } catch {
                throw CommitFailure(error, of: item.stage, isFinal: false)
            }
        }
    }

    /// Has all sinks that have not committed discard what they wrote.
    func abandon() async {
        for item in items where !item.isDone { await item.sink.abandon(at: item.mark) }
    }
}

/// The error of a commit.
struct CommitFailure: Error {
    /// Why.
    let reason: Diagnostic
    /// The sink.
    let stage: String
    /// Whether the destination has refused it, so that trying again is useless.
    let isFinal: Bool

    /// The error of a commit that has failed, or whose success could not be stored.
    init(_ cause: any Error, of stage: String, isFinal: Bool) {
        reason = Diagnostic.wrapping(cause, at: .stage(stage, at: nil))
        self.stage = stage
        self.isFinal = isFinal
    }
}
