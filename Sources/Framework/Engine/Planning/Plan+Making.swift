public import Diagnostics
internal import PluginKit
internal import Records
internal import TOML

extension Plan {
    /// Makes the plan of a file.
    ///
    /// - Parameters:
    ///   - file: The pipeline file.
    ///   - services: What the world gives.
    ///   - variables: What `-D` sets.
    ///   - isRehearsal: Whether nothing will be run: then a variable that must be given may be missing.
    /// - Throws: everything that is wrong, together, each at its place.
    public init(
        _ file: PipelineFile,
        _ services: Services,
        variables: [String: String] = [:],
        isRehearsal: Bool = false
    ) async throws(DiagnosticList) {
        var problems = DiagnosticList()
        let interpolation = file.interpolation(
            given: variables,
            environment: services.environment,
            isRehearsal: isRehearsal,
            problems: &problems
        )
        var settings = RunSettings()
        do throws(DiagnosticList) {
            settings = try RunSettings.bind(file.run, interpolation: interpolation, subject: "[run]")
        } catch {
            problems.append(contentsOf: error)
        }
        let identity = RunIdentity.now(pipeline: file.name)
        let graph = StageGraph(file, problems: &problems)
        let builder = NodeBuilder(
            file: file,
            graph: graph,
            services: services,
            settings: settings,
            interpolation: interpolation,
            identity: identity
        )

        // Once with every column, to see which are asked for; then again with only those.
        let rehearsal = await builder.nodes(wanted: nil, problems: &problems)
        if problems.hasErrors { throw problems.inOrderOfText }
        problems.append(contentsOf: DiagnosticList(file.unusedVariables(interpolation)))
        var none = DiagnosticList()
        nodes = await builder.nodes(wanted: Self.wantedColumns(rehearsal), problems: &none)
        try none.throwIfErrors()

        pipeline = file.name
        findings = problems.inOrderOfText
        self.settings = settings
        rejectVariable = file.rejectVariable
        run = identity
        log = services.log
        time = services.time
    }

    /// The columns that somebody asks each source for.
    private static func wantedColumns(_ nodes: [Node]) -> [String: Set<String>] {
        // Where several inputs meet, the columns are new ones: asking for one asks for that of each input.
        for node in nodes.reversed() where node.inputs.count > 1 {
            for column in node.input.columns where column.isAskedFor {
                for input in node.inputs { _ = nodes[input].output.optionalField(column.name) }
            }
        }
        return nodes.reduce(into: [:]) { wanted, node in
            guard node.kind == .source else { return }
            wanted[node.name] = Set(node.output.columns.filter(\.isAskedFor).map(\.name))
        }
    }
}

extension PipelineFile {
    /// The variable of `on_reject = { limit = "${var:rejects}" }`, so that a message can name it.
    fileprivate var rejectVariable: String? {
        guard let text = run["on_reject"]["limit"].string, text.hasPrefix("${var:"), text.hasSuffix("}") else {
            return nil
        }
        return String(text.dropFirst(6).dropLast())
    }
}
