internal import Diagnostics
internal import Formats
internal import PluginKit
internal import TOML

/// A pipeline whose options are bound: the first phase of its plan.
///
/// It depends only on the file, the values of its variables and the environment: no plugin is created, and no input is
/// read. All errors in options have been found, whatever is wrong with other stages.
struct BoundPipeline: Sendable {
    let file: PipelineFile
    let scope: RunScope
    /// The values of the file's variables that are set from outside.
    let given: VariableSettings
    let values: VariableValues
    let settings: RunSettings
    /// The limits of requests to web servers; nil if the file states none.
    let http: HTTPSettings?
    let layers: [Layer]
    let exporters: [BoundExporter]
    let graph: StageGraph
    /// The stages in the order of the graph; nil where one cannot be bound.
    let stages: [BoundStage?]
    /// The machine's time zone.
    let zone: Result<TimeZoneRules, Diagnostic>
    /// The errors, warnings and notes.
    let findings: DiagnosticList

    var interpolation: Interpolation { values.interpolation }

    /// The files that stages read, except those whose paths depend on a variable without a value.
    var inputs: [DeclaredFile] {
        stages.compactMap { $0 }.flatMap(\.files.files).filter { file in
            if case .reads = file.use { values.isSettled(file.place) } else { false }
        }
    }

    /// Binds the options of a pipeline.
    ///
    /// - Parameters:
    ///   - file: The pipeline file.
    ///   - registry: The plugins that it can name.
    ///   - environment: The environment's variables.
    ///   - variables: The values of its variables.
    ///   - scope: How much of it is run.
    ///   - isRehearsal: Whether nothing will be run; then a required variable may be missing.
    init(
        _ file: PipelineFile,
        registry: Registry,
        environment: [String: String],
        variables: VariableSettings,
        scope: RunScope,
        isRehearsal: Bool
    ) {
        self.file = file
        self.scope = scope
        given = variables
        var problems = DiagnosticList()
        values = file.declared.values(
            given: variables,
            environment: environment,
            isRehearsal: isRehearsal,
            problems: &problems
        )
        let interpolation = values.interpolation
        settings =
            Self.noting(&problems) { problems throws(DiagnosticList) in
                try RunSettings.bind(file.run, interpolation: interpolation, subject: "[run]", warnings: &problems)
            } ?? RunSettings()
        let http = Self.noting(&problems) { problems throws(DiagnosticList) in
            try HTTPSettings.bind(file.http, interpolation: interpolation, subject: "[http]", warnings: &problems)
        }
        self.http = file.http.exists ? http : nil
        if file.monitor.exists {
            // It only concerns the command that runs the pipeline, which reads it again.
            _ = Self.noting(&problems) { problems throws(DiagnosticList) in
                try MonitorSettings.bind(
                    file.monitor,
                    interpolation: interpolation,
                    subject: "[monitor]",
                    warnings: &problems
                )
            }
        }
        layers = file.layers(registry, interpolation: interpolation, problems: &problems)
        do throws(Diagnostic) {
            zone = .success(try TimeZones(environment: environment).rules(for: "local"))
        } catch {
            zone = .failure(error)
        }
        exporters = file.boundExporters(registry, interpolation: interpolation, problems: &problems)
        graph = StageGraph(file, registry: registry, problems: &problems)
        var binder = StageBinder(
            file: file,
            registry: registry,
            interpolation: interpolation,
            environment: environment,
            layers: layers
        )
        var bounds = PlanBounds()
        var stages: [BoundStage?] = []
        for entry in graph.entries {
            guard !bounds.areReached else {
                stages.append(nil)
                continue
            }
            do throws(DiagnosticList) {
                let stage = try binder.bind(entry)
                try bounds.add(layers: stage.layers.count, of: entry.section)
                stages.append(stage)
            } catch {
                problems.append(contentsOf: error)
                stages.append(nil)
            }
        }
        self.stages = stages
        problems.append(contentsOf: binder.warnings)
        findings = problems
    }

    /// Returns the result of a body; its errors are added to the problems.
    private static func noting<Made>(
        _ problems: inout DiagnosticList,
        body: (inout DiagnosticList) throws(DiagnosticList) -> Made
    ) -> Made? {
        do throws(DiagnosticList) {
            return try body(&problems)
        } catch {
            problems.append(contentsOf: error)
            return nil
        }
    }
}
