public import Diagnostics

extension Job {
    /// What is wrong with the pipelines of the job, without running them: what their runs would find first.
    ///
    /// - Parameters:
    ///   - services: What the world gives. Runs need others: stages leave in `shared` what they go by.
    ///   - scope: How much of each pipeline is to be done.
    ///   - isRehearsal: Whether nothing will be run: then a variable that must be given may be missing.
    /// - Returns: The findings, warnings and notes among them, the same once; and the plans of the pipelines that can run,
    ///   each once.
    public func examine(
        _ services: Services,
        scope: RunScope = RunScope(),
        isRehearsal: Bool = false
    ) async -> (findings: DiagnosticList, plans: [Plan]) {
        var found = DiagnosticList()
        var plans: [Plan] = []
        var told: Set<String> = []
        var checked: Set<Key> = []
        for (file, variables, key) in pipelines where checked.insert(key).inserted {
            let findings: DiagnosticList
            do throws(DiagnosticList) {
                let plan = try await Plan(file, services, variables: variables, scope: scope, isRehearsal: isRehearsal)
                findings = plan.findings
                plans.append(plan)
            } catch {
                findings = error
            }
            for finding in findings.map(variables.naming) where told.insert(finding.identity).inserted {
                found.append(finding)
            }
        }
        return (found, plans)
    }
}
