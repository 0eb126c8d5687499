internal import Diagnostics
internal import Engine
internal import Formats

/// `sprocket check`: everything that is wrong with pipelines, without running them.
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
            for pipeline in pipelines {
                let findings = await findings(of: pipeline, variables)
                all.append(contentsOf: findings)
                if !terminal.isJSON {
                    terminal.report(findings)
                    if !findings.hasErrors { terminal.say("\(pipeline): fine") }
                }
            }
            if terminal.isJSON { terminal.result(Self.envelope(all)) }
            return all.all.first { $0.severity == .error }.map(ExitCode.init(for:)) ?? .done
        } catch {
            terminal.report(error)
            return ExitCode(for: error)
        }
    }

    private func findings(of pipeline: String, _ variables: [String: String]) async -> DiagnosticList {
        do throws(DiagnosticList) {
            let file = try PipelineLocator.file(pipeline)
            let services = Services(registry: .all, environment: Environment.all, stateFolder: Flag.stateFolder)
            return try await Plan(file, services, variables: variables, isRehearsal: true).findings
        } catch {
            return error
        }
    }

    private static func envelope(_ findings: DiagnosticList) -> String {
        JSONEnvelope.text(verb: name, isFine: !findings.hasErrors) { json in
            json.key("findings")
            json.beginArray()
            for finding in findings { FindingJSON.write(finding, to: &json) }
            json.endArray()
        }
    }
}
