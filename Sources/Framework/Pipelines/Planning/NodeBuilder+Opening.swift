internal import Diagnostics
internal import PluginKit
internal import Records
internal import TOML

/// Opens a plugin's own types once: from here on the engine deals in text and batches.
extension NodeBuilder {
    mutating func make<P: Source>(
        _ plugin: P.Type,
        _ section: StageSection,
        _ context: StageContext
    ) throws(DiagnosticList) -> any SourceStage {
        let options = try options(P.Options.self, section)
        return SourceDriver(
            plugin: try Self.guarding(section) { try P(options, in: context) },
            choices: options.choices(concealing: interpolation.secrets)
        )
    }

    mutating func make<P: IncrementalSource>(
        _ plugin: P.Type,
        _ section: StageSection,
        _ context: StageContext
    ) throws(DiagnosticList) -> any SourceStage {
        let options = try options(P.Options.self, section)
        return IncrementalDriver(
            plugin: try Self.guarding(section) { try P(options, in: context) },
            choices: options.choices(concealing: interpolation.secrets)
        )
    }

    mutating func make<P: Transform>(
        _ plugin: P.Type,
        _ section: StageSection,
        _ inputs: Inputs,
        _ context: StageContext
    ) throws(DiagnosticList) -> any TransformStage {
        let options = try options(P.Options.self, section)
        return TransformDriver(plugin: try Self.guarding(section) { try P(options, inputs, in: context) })
    }

    mutating func make<P: Sink>(
        _ plugin: P.Type,
        _ section: StageSection,
        _ input: Schema,
        _ context: StageContext
    ) throws(DiagnosticList) -> any SinkStage {
        let options = try options(P.Options.self, section)
        files[section.name.name]?.mayHaveParts = P.mayWriteParts(options)
        sinkPaths[section.name.name] = options.outputPaths
        return SinkDriver(plugin: try Self.guarding(section) { try P(options, input: input, in: context) })
    }

    mutating func options<Group: OptionGroup>(
        _ group: Group.Type,
        _ section: StageSection
    ) throws(DiagnosticList) -> Group {
        let options = try Group.bind(
            section.table,
            reserved: StageSection.keys,
            interpolation: interpolation,
            subject: section.subject,
            warnings: &warnings
        )
        let known = files[section.name.name]
        files[section.name.name] = StageFiles(
            files: options.declaredFiles,
            onExisting: options.onExisting,
            offersOnExisting: Group.offersOnExisting,
            mayHaveParts: known?.mayHaveParts ?? true
        )
        return options
    }

    /// What a plugin throws while it is made, as a finding at the stage's place in the file.
    static func guarding<Result>(
        _ section: StageSection,
        _ body: () async throws -> Result
    ) async throws(DiagnosticList) -> Result {
        do { return try await body() } catch { throw findings(error, section) }
    }

    static func guarding<Result>(
        _ section: StageSection,
        _ body: () throws -> Result
    ) throws(DiagnosticList) -> Result {
        do { return try body() } catch { throw findings(error, section) }
    }

    private static func findings(_ error: any Error, _ section: StageSection) -> DiagnosticList {
        if let list = error as? DiagnosticList {
            return list.with(list.all.map { $0.placed(at: .text(section.use.range)) })
        }
        return DiagnosticList([Diagnostic.wrapping(error, at: .text(section.use.range))])
    }
}
