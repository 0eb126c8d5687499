internal import Diagnostics
internal import Engine
internal import Formats

/// `sprocket check`: everything that is wrong with pipelines, without running them; of those that are fine, which layers
/// stand round their calls.
struct CheckVerb: Verb {
    static let name = "check"
    static let summary = "Say everything that is wrong with pipelines, without running them."
    static let operands = "PIPELINE…"
    static let flags = [
        Flag("D", "NAME=VALUE", "Set a variable of the pipeline; may be given several times.")
    ]

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do throws(Diagnostic) {
            let variables = try arguments.variables()
            let pipelines = arguments.operands.isEmpty ? PipelineLocator.names : arguments.operands
            guard !pipelines.isEmpty else {
                throw Diagnostic("command.operand", "there is no pipeline to check", hint: "sprocket check PIPELINE")
            }
            var all = DiagnosticList()
            var examined: [(pipeline: String, layers: LayerListing)] = []
            for pipeline in pipelines {
                let (findings, layers) = await examine(pipeline, variables)
                all.append(contentsOf: findings)
                if let layers { examined.append((pipeline, layers)) }
                if terminal.isJSON { continue }
                terminal.report(findings)
                guard let layers else { continue }
                terminal.say((["\(pipeline): fine"] + layers.lines).joined(separator: "\n"))
            }
            if terminal.isJSON { terminal.result(Self.envelope(all, examined)) }
            return all.all.first { $0.severity == .error }.map(ExitCode.init(for:)) ?? .done
        } catch {
            terminal.report(error)
            return ExitCode(for: error)
        }
    }

    /// What there is to say of a pipeline, and the layers of one that can be run.
    private func examine(_ pipeline: String, _ variables: [String: String]) async -> (DiagnosticList, LayerListing?) {
        do throws(DiagnosticList) {
            let file = try PipelineLocator.file(pipeline)
            let services = Services(registry: .all, environment: Environment.all, stateFolder: Flag.stateFolder)
            let plan = try await Plan(file, services, variables: variables, isRehearsal: true)
            return (plan.findings, LayerListing(plan.callPaths))
        } catch {
            return (error, nil)
        }
    }

    private static func envelope(
        _ findings: DiagnosticList,
        _ examined: [(pipeline: String, layers: LayerListing)]
    ) -> String {
        JSONEnvelope.text(verb: name, isFine: !findings.hasErrors) { json in
            json.key("findings")
            json.beginArray()
            for finding in findings { FindingJSON.write(finding, to: &json) }
            json.endArray()
            json.key("pipelines")
            json.beginArray()
            for (pipeline, layers) in examined {
                json.beginObject()
                json.member("pipeline", pipeline)
                json.key("calls")
                layers.write(to: &json)
                json.endObject()
            }
            json.endArray()
        }
    }
}
