public import Diagnostics
internal import PluginKit
public import Pipelines

extension Job {
    /// Checks the pipelines of the job without running them: finds what their runs would find first.
    ///
    /// - Parameters:
    ///   - services: The services of the world. Runs need other instances, because stages store values in `shared`.
    ///   - scope: How much of each pipeline is to be done.
    ///   - isRehearsal: Whether nothing will be run: then required variables may be missing.
    ///   - isOffline: Whether inputs are neither opened nor checked for existence.
    /// - Returns: The findings without duplicates, warnings and notes included; and the plans of the pipelines that can
    ///   run, each once.
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
                let absent = isOffline || !isRehearsal ? [] : plan.absentInputs(excludingThoseOf: plans)
                let refusals = plan.overlaps(with: plans) + existing(plan, services: services, scope: scope) + absent
                findings = plan.findings.with(plan.findings.all + refusals)
                if !findings.hasErrors { plans.append(plan) }
            } catch {
                let absent =
                    isOffline || !isRehearsal
                    ? []
                    : file.absentInputs(
                        excludingThoseOf: plans,
                        services: services,
                        variables: variables,
                        problems: error
                    )
                findings = error.with(error.all + absent)
            }
            // With the findings of stages when they were created.
            let said = (findings.all + services.log.all).map(variables.naming)
            found.append(contentsOf: findings.with(said.filter { told.insert($0.identity).inserted }))
        }
        return (found, plans)
    }

    /// Files that outputs must not replace, as the run would report them; a dry run replaces none.
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
    /// Outputs that earlier pipelines of a command write as well, so that the files of those would be replaced.
    ///
    /// With `on_existing = "replace"` that is intended. If both paths contain the time or the name of the run, they
    /// differ when the pipelines run.
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
                        hint: "give each its own path, or set on_existing = \"replace\" if that is intended"
                    )
                )
                break
            }
        }
        return found
    }
}

extension RunOutput {
    /// Whether it is a file that no other pipeline of the same command may replace.
    fileprivate var isKeptForGood: Bool {
        guard case .published(let rule, _) = policy else { return false }
        return rule != .replace
    }

    /// Whether its path distinguishes runs.
    fileprivate var isOfOneRun: Bool { pattern.pattern.contains("{run}") || pattern.pattern.contains("{time}") }
}
