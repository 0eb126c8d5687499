internal import Diagnostics
internal import TOML

extension ChainFile {
    /// Reads a chain.
    ///
    /// - Throws: All errors in its form, together and in the order of the text: `pipeline.*`.
    init(_ document: TOMLDocument, path: String) throws(DiagnosticList) {
        var reader = SectionReader(root: document.root)
        source = document.source
        name = reader.name() ?? PipelineFile.name(of: path)
        description = reader.text("description") ?? ""
        variables = reader.variables()
        let sections = reader.steps()
        reader.refuseStages()
        reader.refuseTooMany(sections.map(\.run.range), most: FileLimits.steps, subject: "a chain", things: "steps")
        reader.refuseTooMany(
            variables.map(\.range),
            most: FileLimits.variables,
            subject: "a chain",
            things: "variables"
        )
        reader.refuseSharedNames(sections.map(\.name), of: "steps")
        steps = reader.inOrderOfNeeds(sections)
        if reader.problems.hasErrors { throw reader.problems.inOrderOfText }
    }

    static let keys = ["name", "description", "vars", "step"]
}

extension SectionReader {
    /// Refuses keys that belong in a pipeline, with a message that states so.
    fileprivate mutating func refuseStages() {
        let stages = ["source", "transform", "sink"]
        let unknown = root.entries.filter { !ChainFile.keys.contains($0.key) }
        for entry in unknown where PipelineFile.keys.contains(entry.key) {
            problems.append(
                Diagnostic(
                    "pipeline.chain",
                    message: stages.contains(entry.key)
                        ? "a chain has steps, and no stages of its own" : "a chain has no '\(entry.key)'",
                    at: .text(entry.keyRange),
                    hint: stages.contains(entry.key)
                        ? "put the stages into a pipeline, and have a step run that"
                        : "it belongs in the pipelines that the steps run"
                )
            )
        }
        refuseUnknownKeys(unknown.filter { !PipelineFile.keys.contains($0.key) }, among: ChainFile.keys, of: "a chain")
    }

    /// The sections `[[step]]`.
    fileprivate mutating func steps() -> [StepSection] {
        let tables = sections("step")
        if tables.isEmpty, root["step"].kind == .array, root["step"].elements.isEmpty {
            problems.append(
                Diagnostic(
                    "pipeline.missing-step",
                    message: "the chain has no step",
                    at: .text(root["step"].range),
                    hint: "add a section [[step]] with run = \"…\""
                )
            )
        }
        return tables.reduce(into: []) { steps, table in
            if let step = step(table, below: steps.last) { steps.append(step) }
        }
    }

    private mutating func step(_ table: TOMLValue, below above: StepSection?) -> StepSection? {
        refuseUnknownKeys(table.entries, among: StepSection.keys, of: "a step")
        let rule = onFailure(table["on_failure"])
        let settings = settings(table["with"])
        let needs = table["needs"].exists ? references(table["needs"], key: "needs") : nil
        guard let run = reference(table, key: "run", in: "this step") else { return nil }
        let needed = needs ?? above.map { [Reference(name: $0.name.name, range: run.range)] } ?? []
        let name = table["name"].exists ? reference(table, key: "name", in: "this step") : nil
        return StepSection(
            run: run,
            name: name ?? Reference(name: PipelineFile.name(of: run.name), range: run.range),
            with: settings,
            needs: needed,
            onFailure: rule
        )
    }

    private mutating func onFailure(_ value: TOMLValue) -> FailureRule {
        guard value.exists else { return .stop }
        if let rule = value.string.flatMap(FailureRule.init) { return rule }
        wrong(value, message: "'on_failure' must be \"stop\" or \"continue\"", hint: "on_failure = \"continue\"")
        return .stop
    }

    private mutating func settings(_ table: TOMLValue) -> [StepSection.Setting] {
        guard table.exists else { return [] }
        guard table.kind == .table else {
            wrong(table, message: "'with' must be a table of variables", hint: "with = { name = \"…\" }")
            return []
        }
        return table.entries.compactMap { entry in
            guard entry.value.plainText != nil else {
                wrong(
                    entry.value,
                    message: "the value of a variable must be a text, a number, true or false",
                    hint: nil
                )
                return nil
            }
            return StepSection.Setting(
                name: Reference(name: entry.key, range: entry.keyRange),
                value: entry.value
            )
        }
    }
}
