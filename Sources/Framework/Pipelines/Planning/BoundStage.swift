internal import Diagnostics
internal import PluginKit
internal import Records
internal import TOML

/// A stage whose plugin is found and whose options are bound; it has not been created, and no input has been read.
struct BoundStage: Sendable {
    let section: StageSection
    let plugin: any Plugin.Type
    /// The layers around its calls, outermost first.
    let layers: [Layer]
    /// The files that its options name.
    let files: StageFiles
    /// The output of another pipeline that a source reads; nil for any other.
    let output: OutputReference?
    /// The files that a sink writes, as far as its options state them.
    let outputPaths: [(path: OutputPath, place: Diagnostic.Place?)]
    /// A digest of what decides which records a source delivers: its options after interpolation, and the time zone.
    let digest: ConfigurationDigest
    let opening: Opening

    /// How the plugin is created: its own types are known here, and nowhere after.
    enum Opening: Sendable {
        case source(@Sendable (StageContext) throws -> any SourceStage)
        /// A stage that is created when the columns of its inputs are known.
        case reader(@Sendable (Schema, Schema?, StageContext) throws -> Plan.Node.Stage)
    }

    /// How the plugin is created; its own types are known only here.
    func guarding<Result>(_ body: () throws -> Result) throws(DiagnosticList) -> Result {
        do { return try body() } catch { throw findings(error) }
    }

    /// An error of a plugin, as findings at the stage's position in the file.
    func findings(_ error: any Error) -> DiagnosticList {
        if let list = error as? DiagnosticList {
            return list.with(list.all.map { $0.placed(at: .text(section.use.range)) })
        }
        return DiagnosticList([Diagnostic.wrapping(error, at: .text(section.use.range))])
    }
}

extension BoundStage {
    /// Findings about files that options name, at the positions of these options.
    func located(_ findings: DiagnosticList) -> DiagnosticList {
        findings.with(
            findings.all.map { finding in
                guard case .file(let path) = finding.place else { return finding }
                let place = files.files.first { file in
                    if case .reads(let input) = file.use { input.path == path } else { false }
                }?.place
                var finding = finding
                finding.message = "\(path): \(finding.message)"
                finding.place = place ?? .text(section.use.range)
                return finding
            }
        )
    }
}

extension BoundStage {
    /// Whether it reads standard input.
    var readsStandardInput: Bool {
        files.files.contains { if case .readsStandardInput = $0.use { true } else { false } }
    }

    /// The files that it reads, as named by its options.
    var inputs: [String] {
        files.files.compactMap { if case .reads(let path) = $0.use { path.path } else { nil } }
    }
}

/// Binds the options of stages.
struct StageBinder {
    let file: PipelineFile
    let registry: Registry
    let interpolation: Interpolation
    let environment: [String: String]
    let layers: [Layer]
    /// Warnings and notes about valid options.
    var warnings = DiagnosticList()

    /// Binds a stage.
    ///
    /// - Parameter entry: The stage and its inputs.
    /// - Returns: The stage.
    /// - Throws: All errors in it, whatever is wrong with others.
    mutating func bind(_ entry: StageGraph.Entry) throws(DiagnosticList) -> BoundStage {
        let section = entry.section
        let found: any Plugin.Type
        do throws(Diagnostic) {
            found = try registry.plugin(section.kind, named: section.use.name, at: .text(section.use.range))
        } catch {
            throw DiagnosticList([error])
        }
        var problems = DiagnosticList()
        var layers: [Layer] = []
        do throws(DiagnosticList) {
            layers = try chosenLayers(section)
        } catch {
            problems.append(contentsOf: error)
        }
        if !entry.isBroken, let problem = problem(of: found, section: section) { problems.append(problem) }
        do throws(DiagnosticList) {
            let stage = try bind(found, section: section, layers: layers)
            try problems.throwIfErrors()
            return stage
        } catch {
            if !problems.hasErrors { throw error }
            // Errors in the options are reported too.
            for problem in error.all where !problems.all.contains(where: { $0.identity == problem.identity }) {
                problems.append(problem)
            }
            throw problems
        }
    }

    /// The error in the stage's lookup; nil if there is none.
    private func problem(of plugin: any Plugin.Type, section: StageSection) -> Diagnostic? {
        guard section.kind == .transform else { return nil }
        let looksUp = (plugin as? any Transform.Type)?.looksUp ?? false
        if let lookup = section.lookup, !looksUp {
            return Diagnostic(
                "pipeline.lookup",
                message: "the transform '\(section.use.name)' has no lookup",
                at: .text(lookup.range),
                hint: "remove 'lookup'"
            )
        }
        guard section.lookup == nil, looksUp else { return nil }
        return Diagnostic(
            "pipeline.lookup-missing",
            message: "the transform '\(section.use.name)' needs a lookup",
            at: .text(section.use.range),
            hint: "lookup = \"name of a source or transform\""
        )
    }

    private mutating func bind(
        _ plugin: any Plugin.Type,
        section: StageSection,
        layers: [Layer]
    ) throws(DiagnosticList) -> BoundStage {
        switch plugin {
        case let plugin as any Source.Type: try source(plugin, section: section, layers: layers)
        case let plugin as any Transform.Type: try transform(plugin, section: section, layers: layers)
        case let plugin as any Sink.Type: try sink(plugin, section: section, layers: layers)
        default: preconditionFailure("the registry hands out plugins of the kind that was asked for")
        }
    }

    private mutating func source<P: Source>(
        _ plugin: P.Type,
        section: StageSection,
        layers: [Layer]
    ) throws(DiagnosticList) -> BoundStage {
        let options = try options(P.Options.self, section: section)
        let choices = options.choices(concealing: interpolation.secrets)
        return stage(plugin, options: options, section: section, layers: layers) {
            .source { context in
                SourceDriver(plugin: try P(options, in: context), choices: choices)
            }
        }
    }

    private mutating func transform<P: Transform>(
        _ plugin: P.Type,
        section: StageSection,
        layers: [Layer]
    ) throws(DiagnosticList) -> BoundStage {
        let options = try options(P.Options.self, section: section)
        return stage(plugin, options: options, section: section, layers: layers) {
            .reader { input, lookup, context in
                .transform(TransformDriver(plugin: try P(options, inputs: Inputs(input, lookup: lookup), in: context)))
            }
        }
    }

    private mutating func sink<P: Sink>(
        _ plugin: P.Type,
        section: StageSection,
        layers: [Layer]
    ) throws(DiagnosticList) -> BoundStage {
        let options = try options(P.Options.self, section: section)
        return stage(plugin, options: options, section: section, layers: layers, mayHaveParts: P.mayWriteParts(options))
        {
            .reader { input, _, context in .sink(SinkDriver(plugin: try P(options, input: input, in: context))) }
        }
    }

    private func stage<Options: OptionGroup>(
        _ plugin: any Plugin.Type,
        options: Options,
        section: StageSection,
        layers: [Layer],
        mayHaveParts: Bool = true,
        opening: () -> BoundStage.Opening
    ) -> BoundStage {
        let files = options.declaredFiles
        let outputPaths = files.compactMap { file -> (path: OutputPath, place: Diagnostic.Place?)? in
            if case .writes(let path) = file.use { (path, file.place) } else { nil }
        }
        return BoundStage(
            section: section,
            plugin: plugin,
            layers: layers,
            files: StageFiles(
                files: files,
                onExisting: options.onExisting,
                offersOnExisting: Options.offersOnExisting,
                mayHaveParts: mayHaveParts
            ),
            output: (options as? any OutputOptions)?.output,
            outputPaths: section.kind == .sink ? outputPaths : [],
            digest: digest(of: section),
            opening: opening()
        )
    }

    private mutating func options<Group: OptionGroup>(
        _ group: Group.Type,
        section: StageSection
    ) throws(DiagnosticList) -> Group {
        try Group.bind(
            section.table,
            reserved: StageSection.keys,
            interpolation: interpolation,
            subject: section.subject,
            warnings: &warnings
        )
    }

    private func digest(of section: StageSection) -> ConfigurationDigest {
        var digest = ConfigurationDigest(interpolation: interpolation)
        guard section.kind == .source else { return digest }
        for entry in section.table.entries where !StageSection.keys.contains(entry.key) {
            digest.add(entry.key, value: entry.value)
        }
        // `local` in an option means another zone where this differs.
        digest.add(environment["TZ"] ?? "")
        return digest
    }

    /// The layers that a stage names, in its order; if it names none, all layers in the order of the file.
    private func chosenLayers(_ section: StageSection) throws(DiagnosticList) -> [Layer] {
        guard let chosen = section.layers else { return layers }
        var problems = DiagnosticList()
        var chosenLayers: [Layer] = []
        for reference in chosen {
            if let layer = layers.first(where: { $0.section.name == reference.name }) {
                chosenLayers.append(layer)
            } else if !file.layers.contains(where: { $0.name == reference.name }) {
                guard !problems.isFull else {
                    problems.leaveOut()
                    continue
                }
                problems.append(
                    Diagnostic(
                        "pipeline.unknown-middleware",
                        message: "there is no [middleware.\(reference.name)]",
                        at: .text(reference.range),
                        hint: hint(for: reference.name, among: file.layers.map(\.name))
                    )
                )
            }
        }
        try problems.throwIfErrors()
        return chosenLayers
    }
}
