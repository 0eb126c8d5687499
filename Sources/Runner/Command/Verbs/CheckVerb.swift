internal import Diagnostics
internal import Pipelines
internal import Formats
internal import Jobs
internal import Runs

/// `sprocket check`: reports all errors in pipelines without running them; for valid ones, shows the layers around
/// their calls.
struct CheckVerb: Verb {
    static let name = "check"
    static let summary = "Report all errors in pipelines, without running them."
    static let operands = "PIPELINE…"
    static let flags = [
        Flag("D", value: "NAME=VALUE", help: "Set a variable of the pipeline; may be given several times."),
        Flag(
            "write",
            value: nil,
            help: "Write what was guessed about inputs into the pipeline files, as options; all else stays as it is."
        ),
        Flag("offline", value: nil, help: "Read no input: the columns of sources must follow from their options."),
        Flag(
            "partition",
            value: "I/N",
            help: "Check whether `run --partition` would accept it."
        ),
        Flag.state,
    ]

    private let arguments: Arguments
    private let world: World

    init(_ arguments: Arguments, in world: World) {
        self.arguments = arguments
        self.world = world
    }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do throws(Diagnostic) {
            let variables = try arguments.variables()
            let scope = RunScope(partition: try arguments.partition(world.environment))
            let pipelines = arguments.operands.isEmpty ? world.pipelines.names : arguments.operands
            guard !pipelines.isEmpty else {
                throw Diagnostic(
                    "command.operand",
                    message: "there is no pipeline to check",
                    category: .usage,
                    hint: "sprocket check PIPELINE"
                )
            }
            var all = DiagnosticList()
            var examined: [Examined] = []
            var reported: Set<String> = []
            var edits = ProposedEdits()
            var room = JSONAnswer.mostFindings
            // Files of different folders are compared with each other, too.
            var files: [PipelineFile] = []
            var namesakes = NamesakeSearch()
            for pipeline in pipelines {
                let (findings, plans) = await examine(
                    pipeline,
                    variables: variables,
                    scope: scope,
                    files: &files,
                    namesakes: &namesakes
                )
                // A finding about a step of a chain may have been reported for the pipeline itself.
                let new = findings.with(findings.filter { reported.insert($0.identity).inserted })
                all.append(contentsOf: new)
                if !findings.hasErrors { edits.add(findings) }
                if let plans { examined.append(Examined(name: pipeline, plans: plans)) }
                let layers = plans?.last.map { LayerListing($0.callPaths) }
                room -= terminal.report(new, atMost: room)
                if terminal.isJSON { continue }
                if !findings.hasErrors {
                    terminal.say(lines: VisibleText.lines(["\(pipeline): fine"] + (layers?.lines ?? [])))
                } else if !new.hasErrors {
                    terminal.say("\(pipeline): has errors, reported above")
                }
            }
            let written = arguments.has("write") ? try edits.write() : []
            for file in written {
                for line in file.lines {
                    terminal.say(lines: VisibleText.lines(["\(file.path):\(line.number): \(line.text)"]))
                }
            }
            if arguments.has("write"), written.isEmpty {
                terminal.say("nothing is written: no file without errors states a \"guess\"")
            }
            terminal.answer(Array(Self.json(examined, written: written).utf8))
            return all.all.first { $0.severity == .error }.map(ExitCode.init(for:)) ?? .done
        } catch {
            terminal.report(error)
            return ExitCode(for: error)
        }
    }

    /// The findings for a pipeline or chain, and the plans of a pipeline that can be run.
    ///
    /// - Parameters:
    ///   - pipeline: Its name or path.
    ///   - variables: What `-D` sets.
    ///   - scope: The scope of the run.
    ///   - files: The pipeline files that were checked before; those of this one are added.
    ///   - namesakes: Finds pipelines of the same name in the same folder.
    /// - Returns: The findings and the plans; the plans of what the pipeline needs come before its own.
    private func examine(
        _ pipeline: String,
        variables: [String: String],
        scope: RunScope,
        files: inout [PipelineFile],
        namesakes: inout NamesakeSearch
    ) async -> (DiagnosticList, [Plan]?) {
        let order = JobOrder([pipeline], variables: variables, scope: scope)
        let read = ReadJob(order, in: world, isRehearsal: true)
        let job = read.job
        var findings = read.problems
        let examination = await read.examine(isOffline: arguments.has("offline"))
        findings.append(contentsOf: examination.findings)
        findings.append(contentsOf: namesakes.findings(job.files, beside: files))
        files += job.files
        // The pipelines of a chain are checked by themselves; what a pipeline needs comes before it.
        guard !findings.hasErrors, case .chain(let steps) = job.work, case .pipeline = steps.first?.job.work else {
            return (findings.inOrderOfFiles, nil)
        }
        return (findings.inOrderOfFiles, examination.plans)
    }

    /// A pipeline without errors.
    private struct Examined {
        let name: String
        let plans: [Plan]
    }

    private static func json(_ examined: [Examined], written: [ProposedEdits.Written]) -> String {
        JSONResult.object { json in
            json.key("pipelines")
            json.array { json in
                for pipeline in examined {
                    json.object { json in
                        json.member("pipeline", value: pipeline.name)
                        json.key("plan")
                        if let plan = pipeline.plans.last { plan.write(to: &json) } else { json.writeNull() }
                    }
                }
            }
            json.key("written")
            json.array { json in for file in written { json.write(file.path) } }
        }
    }
}
