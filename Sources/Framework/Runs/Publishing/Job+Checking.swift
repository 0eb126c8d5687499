public import Diagnostics
internal import PluginKit
public import Pipelines

extension Job {
    /// What is wrong with the pipelines of the job, without running them: what their runs would find first.
    ///
    /// - Parameters:
    ///   - services: What the world gives. Runs need others: stages leave in `shared` what they go by.
    ///   - scope: How much of each pipeline is to be done.
    ///   - isRehearsal: Whether nothing will be run: then a variable that must be given may be missing.
    ///   - isOffline: Whether no source may look at its input, nor anybody whether it is there.
    /// - Returns: The findings, warnings and notes among them, the same once; and the plans of the pipelines that can run,
    ///   each once.
    public func examine(
        _ services: Services,
        scope: RunScope = RunScope(),
        isRehearsal: Bool = false,
        isOffline: Bool = false
    ) async -> (findings: DiagnosticList, plans: [Plan]) {
        var found = DiagnosticList()
        var plans: [Plan] = []
        var told: Set<String> = []
        for (file, variables, _) in pipelines {
            let findings: DiagnosticList
            do throws(DiagnosticList) {
                let plan = try await Plan(
                    file,
                    services: services,
                    variables: variables,
                    scope: scope,
                    isRehearsal: isRehearsal,
                    isOffline: isOffline,
                    after: plans
                )
                let absent = isOffline || !isRehearsal ? [] : plan.absentInputs(besidesThoseOf: plans)
                let refusals = plan.overlaps(with: plans) + existing(plan, services: services, scope: scope) + absent
                findings = plan.findings.with(plan.findings.all + refusals)
                if !findings.hasErrors { plans.append(plan) }
            } catch {
                findings = error
            }
            // With what stages had to say when they were made.
            let said = (findings.all + services.log.all).map(variables.naming)
            found.append(contentsOf: findings.with(said.filter { told.insert($0.identity).inserted }))
        }
        return (found, plans)
    }

    /// Files that outputs would replace, as the run finds them first; a dry run replaces none.
    private func existing(_ plan: Plan, services: Services, scope: RunScope) -> [Diagnostic] {
        guard !scope.isDry, let folder = services.stateFolder else { return [] }
        do {
            return try ExistingFiles.findings(of: plan, in: folder)
        } catch {
            return [error as? Diagnostic ?? Diagnostic("state.failed", message: "\(error)", category: .environment)]
        }
    }
}

extension Plan {
    /// Outputs that earlier pipelines of a command write as well: what these have published would be gone at the end.
    ///
    /// An output with `on_existing = "replace"` is meant to. Where the time or the name of the run is in both paths,
    /// they differ when they run.
    fileprivate func overlaps(with earlier: [Plan]) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for names in files.names where names.output.isKeptForGood {
            let output = names.output
            for plan in earlier {
                let others = plan.files.names.lazy.filter {
                    $0.output.isKeptForGood && !($0.output.isOfOneRun && output.isOfOneRun)
                }
                guard let other = others.first(where: { PlannedFiles.clash(names, with: $0) })?.output else { continue }
                found.append(
                    Diagnostic(
                        "pipeline.same-file",
                        message:
                            "\(output.owner) would write to the file that \(other.owner) of '\(plan.pipeline)' has written just "
                            + "before: \(names.path)",
                        category: .usage,
                        at: output.place,
                        hint: "give each its own path, or say on_existing = \"replace\" where that is meant"
                    )
                )
                break
            }
        }
        return found
    }
}

extension RunOutput {
    /// Whether it is a file of records, which no other pipeline of the same command may replace.
    fileprivate var isKeptForGood: Bool {
        guard case .published(let rule, _) = policy else { return false }
        return rule != .replace
    }

    /// Whether its path distinguishes runs.
    fileprivate var isOfOneRun: Bool { pattern.pattern.contains("{run}") || pattern.pattern.contains("{time}") }
}
