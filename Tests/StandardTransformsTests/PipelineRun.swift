import Diagnostics
import Pipelines
import PluginKit
import Runs
import StandardFiles
import StandardTransforms
import Synthetic

/// Runs a pipeline with files and transforms, in this process.
///
/// - Parameter text: The pipeline.
/// - Returns: The report, and why nothing was published.
func run(_ text: String) async -> (report: RunReport?, problem: String?) {
    let plan: Plan
    do throws(DiagnosticList) {
        plan = try await planned(text)
    } catch {
        return (nil, error.all.map { $0.rendered() }.joined(separator: "\n"))
    }
    let report = await Run(plan).execute()
    guard case .published = report.outcome else { return (report, "\(report.outcome)") }
    return (report, report.isBalanced ? nil : "the sums do not agree")
}

/// The plan of a pipeline with files and transforms.
func planned(_ text: String) async throws(DiagnosticList) -> Plan {
    let plugins = [FilePlugins.all, TransformPlugins.all, SyntheticPlugins.all].flatMap { $0 }
    let services = Services(registry: Registry(plugins), environment: [:], log: StageLog())
    return try await Plan(try PipelineFile(Array(text.utf8), path: "p.toml"), services: services)
}
