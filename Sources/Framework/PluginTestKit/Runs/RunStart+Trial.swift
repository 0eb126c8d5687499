package import Diagnostics
package import Pipelines
package import Runs
internal import PluginKit

extension RunStart {
    /// Makes the plan and the journal of a run, which resumes an earlier one if possible.
    ///
    /// - Parameters:
    ///   - folder: Where the state is.
    ///   - restarts: Whether an earlier run is abandoned.
    ///   - makePlan: Makes the plan of a run that starts now.
    /// - Returns: Both, and why an earlier run was abandoned.
    /// - Throws: What `makePlan`, the state and the journal throw.
    package static func journal(
        in folder: String,
        restarts: Bool = false,
        makePlan: () async throws -> Plan
    ) async throws -> (plan: Plan, journal: RunJournal, abandoned: Diagnostic?) {
        let plan = try await makePlan()
        let start = try await RunStart(plan, in: folder, restarts: restarts)
        switch start.earlier {
        case .none:
            return (plan, try await start.begin(plan), nil)
        case .toResume(let run):
            let resumed = try plan.named(run)
            return (resumed, try start.resume(resumed), nil)
        case .abandoned(let run, let reason):
            return (plan, try await start.begin(plan, abandoning: try? plan.named(run)), reason)
        }
    }
}
