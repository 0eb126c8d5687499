internal import Diagnostics
package import PluginKit
internal import TOML

/// An exporter of the file, created and ready.
package struct PlannedExporter: Sendable {
    /// Its name in the pipeline.
    package let name: String
    package let exporter: any Exporter
    package let settings: ExporterSettings
    /// The files that its options name.
    let files: [DeclaredFile]
    /// The texts that the files that it writes start with.
    let beginnings: [String]

    /// The files that it writes, as far as its options state them, and the places of these options.
    var paths: [(path: OutputPath, place: Diagnostic.Place?)] {
        files.compactMap { file in
            guard case .writes(let path) = file.use else { return nil }
            return (path, file.place)
        }
    }
}

/// An exporter whose options are bound.
struct BoundExporter: Sendable {
    let section: ExporterSection
    let settings: ExporterSettings
    let files: [DeclaredFile]
    let beginnings: [String]
    let making: @Sendable (StageContext) throws -> any Exporter

    /// Creates the exporter for a run.
    ///
    /// - Throws: The errors in it, at its position in the file.
    func planned(
        _ services: Services,
        run: RunIdentity,
        settings: RunSettings
    ) throws(DiagnosticList) -> PlannedExporter {
        let context = StageContext(
            stage: section.name,
            run: run,
            batchSize: settings.batchSize,
            log: services.log,
            time: services.time,
            random: services.random,
            shared: services.shared,
            http: HTTPClient(services.transport, stage: section.name, time: services.time),
            environment: services.environment
        )
        do {
            return PlannedExporter(
                name: section.name,
                exporter: try making(context),
                settings: self.settings,
                files: files,
                beginnings: beginnings
            )
        } catch let problems as DiagnosticList {
            throw problems.with(problems.all.map { $0.placed(at: .text(section.use.range)) })
        } catch {
            throw DiagnosticList([Diagnostic.wrapping(error, at: .text(section.use.range))])
        }
    }
}

extension PipelineFile {
    /// The exporters whose options are valid; errors in the others are reported.
    func boundExporters(
        _ registry: Registry,
        interpolation: Interpolation,
        problems: inout DiagnosticList
    ) -> [BoundExporter] {
        var bound: [BoundExporter] = []
        for section in exporters {
            do throws(DiagnosticList) {
                bound.append(try section.bound(registry, interpolation: interpolation, warnings: &problems))
            } catch {
                problems.append(contentsOf: error)
            }
        }
        return bound
    }
}

extension ExporterSection {
    fileprivate func bound(
        _ registry: Registry,
        interpolation: Interpolation,
        warnings: inout DiagnosticList
    ) throws(DiagnosticList) -> BoundExporter {
        let found: any Plugin.Type
        do throws(Diagnostic) {
            found = try registry.plugin(.exporter, named: use.name, at: .text(use.range))
        } catch {
            throw DiagnosticList([error])
        }
        guard let plugin = found as? any Exporter.Type else {
            preconditionFailure("the registry hands out plugins of the kind that was asked for")
        }
        return try bound(plugin, interpolation: interpolation, warnings: &warnings)
    }

    private func bound<E: Exporter>(
        _ plugin: E.Type,
        interpolation: Interpolation,
        warnings: inout DiagnosticList
    ) throws(DiagnosticList) -> BoundExporter {
        var problems = DiagnosticList()
        var settings = ExporterSettings()
        do throws(DiagnosticList) {
            settings = try ExporterSettings.bind(
                table,
                reserved: Set(E.Options.definitions.map(\.name) + ["use"] + unknownKeys(E.self)),
                interpolation: interpolation,
                subject: subject,
                warnings: &warnings
            )
        } catch {
            problems.append(contentsOf: error)
        }
        var options: E.Options?
        do throws(DiagnosticList) {
            options = try E.Options.bind(
                table,
                reserved: Self.keys,
                interpolation: interpolation,
                subject: subject,
                warnings: &warnings
            )
        } catch {
            problems.append(contentsOf: error)
        }
        guard let options, !problems.hasErrors else { throw problems }
        return BoundExporter(
            section: self,
            settings: settings,
            files: options.declaredFiles,
            beginnings: E.fileBeginnings,
            making: { context in try E(options, in: context) }
        )
    }

    /// Keys that are neither the engine's nor the plugin's: the plugin's options refuse them, and suggest the nearest
    /// name.
    private func unknownKeys<E: Exporter>(_ plugin: E.Type) -> [String] {
        let known = Self.keys.union(E.Options.definitions.map(\.name))
        return table.entries.map(\.key).filter { !known.contains($0) }
    }
}
