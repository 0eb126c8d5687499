public import Diagnostics

extension Job {
    /// What is wrong with the pipelines of the job, without running them: what their runs would find first.
    ///
    /// - Parameters:
    ///   - services: What the world gives. Runs need others: stages leave in `shared` what they go by.
    ///   - scope: How much of each pipeline is to be done.
    ///   - isRehearsal: Whether nothing will be run: then a variable that must be given may be missing.
    /// - Returns: The findings, warnings and notes among them; the same is said once.
    public func findings(
        _ services: Services,
        scope: RunScope = RunScope(),
        isRehearsal: Bool = false
    ) async -> DiagnosticList {
        var found = DiagnosticList()
        var told: Set<String> = []
        var checked: Set<Key> = []
        for (file, variables, key) in pipelines where checked.insert(key).inserted {
            let findings: DiagnosticList
            do throws(DiagnosticList) {
                let plan = try await Plan(file, services, variables: variables, scope: scope, isRehearsal: isRehearsal)
                findings = plan.findings
            } catch {
                findings = error
            }
            for finding in findings.map(variables.naming) where told.insert(finding.identity).inserted {
                found.append(finding)
            }
        }
        return found
    }
}
