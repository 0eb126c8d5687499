internal import Diagnostics
package import PluginKit
internal import Records
package import StateStore
internal import TOML

/// Creates sinks whose commit was interrupted, from what is stored of them: the pipeline file may have changed since.
package struct SinkMaker: Sendable {
    let services: Services
    /// The values of the variables of the run that starts: values that are not stored are taken from it.
    let interpolation: Interpolation
    /// The sinks of the current file: secrets that are written literally in it are taken from the sink of the same
    /// name.
    let sinks: [StageSection]

    /// Creates a sink with the options and for the columns that it had.
    ///
    /// It accesses web servers without the layers of its stage.
    ///
    /// - Parameters:
    ///   - commit: The stored commit.
    ///   - run: The interrupted run.
    /// - Returns: The sink.
    /// - Throws: `state.sink-gone` if the plugin no longer exists, `state.sink-version` if it has another version,
    ///   `state.sink-variable` if a value that is not stored has changed, and errors in its options.
    package func make(_ commit: IntendedCommit, of run: RunIdentity) throws -> any SinkStage {
        guard let plugin = try? services.registry.plugin(.sink, named: commit.plugin) as? any Sink.Type else {
            throw refusal(
                "state.sink-gone",
                for: commit,
                run: run,
                what: "which this program does not have",
                way: "with"
            )
        }
        guard plugin.version == commit.version else {
            throw refusal(
                "state.sink-version",
                for: commit,
                run: run,
                what: "of version \(commit.version), and this program has version \(plugin.version) of it",
                way: "with that version of"
            )
        }
        let document = try TOMLDocument(
            Array(commit.options.utf8),
            name: "the stored definition of the sink '\(commit.stage)'"
        )
        let interpolation = try variables(document.root, for: commit, run: run)
        let schema = Schema(try document.root["columns"].elements.map { try Self.column($0, for: commit) })
        let options = try completed(document.root, for: commit)
        return try make(
            plugin,
            stage: commit.stage,
            table: options.root,
            interpolation: interpolation,
            input: schema,
            run: run
        )
    }

    private func make<P: Sink>(
        _ plugin: P.Type,
        stage: String,
        table: TOMLValue,
        interpolation: Interpolation,
        input: Schema,
        run: RunIdentity
    ) throws -> any SinkStage {
        let options = try P.Options.bind(table, interpolation: interpolation, subject: "sink '\(P.name)'")
        let context = StageContext(
            stage: stage,
            run: run,
            log: services.log,
            time: services.stageTime,
            random: services.random,
            shared: services.shared,
            makesExchanges: P.makesExchanges,
            http: HTTPClient(
                services.transport,
                layers: [],
                stage: stage,
                time: services.stageTime
            ),
            kept: services.kept,
            environment: services.environment,
            stateFolder: services.stateFolder
        )
        return SinkDriver(plugin: try P(options, input: input, in: context))
    }

    /// The options with the secrets that were not stored.
    private func completed(_ root: TOMLValue, for commit: IntendedCommit) throws -> TOMLDocument {
        var options: [String: TOMLValue] = [:]
        for entry in root["options"].entries { options[entry.key] = entry.value }
        let section = sinks.first { $0.name.name == commit.stage && $0.use.name == commit.plugin }
        for secret in root["secrets"].elements.compactMap(\.string) {
            if let value = section?.table[secret], value.exists { options[secret] = value }
        }
        let name = "the stored definition of the sink '\(commit.stage)'"
        return try TOMLDocument(try TOMLEncoder().encode(options), name: name)
    }

    /// The variables as stored, completed with the current values of those that were not stored.
    private func variables(
        _ root: TOMLValue,
        for commit: IntendedCommit,
        run: RunIdentity
    ) throws -> Interpolation {
        let known = Interpolation(environment: services.environment)
        for entry in root["digests"].entries {
            let text = try? interpolation.expand("${var:\(entry.key)}", at: entry.keyRange)
            guard let text, SinkText.digest(of: text) == entry.value.string else {
                throw Diagnostic(
                    "state.sink-variable",
                    message:
                        "the run '\(run.id)' was cut off before the sink '\(commit.stage)' committed, and had another "
                        + "value for the variable '\(entry.key)', which is not stored",
                    category: .environment,
                    at: .stage(commit.stage, at: nil),
                    hint: "set it to the value that it had; --restart abandons that run"
                )
            }
            known.define(entry.key, as: .init(text, isSecret: true))
        }
        // Variables may refer to others, in any order.
        var open = root["variables"].entries
        while !open.isEmpty {
            let names = Set(open.map(\.key))
            let next = open.filter { Interpolation.variables(in: ($0.value.string ?? "").utf8).isDisjoint(with: names) }
            guard !next.isEmpty else { break }
            for entry in next {
                _ = known.takeHasConcealed()
                let text = try known.expand(entry.value.string ?? "", at: entry.value.range)
                known.define(entry.key, as: .init(text, isSecret: known.takeHasConcealed()))
            }
            open.removeAll { entry in next.contains { $0.key == entry.key } }
        }
        return known
    }

    private static func column(_ value: TOMLValue, for commit: IntendedCommit) throws(Diagnostic) -> Schema.Column {
        let parts = (value.string ?? "").split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            let (word, name) = (String(parts[0]), String(parts[1]))
            if word == SinkText.json { return Schema.Column(name, kind: .text, holdsJSON: true) }
            if let kind = Schema.Kind(rawValue: word) { return Schema.Column(name, kind: kind) }
        }
        throw Diagnostic(
            "state.sink-columns",
            message: "the stored definition of the sink '\(commit.stage)' has a column of an unknown kind",
            category: .environment,
            at: .stage(commit.stage, at: nil),
            hint: "use the version of the program that started the run; --restart abandons that run"
        )
    }

    private func refusal(
        _ code: Diagnostic.Code,
        for commit: IntendedCommit,
        run: RunIdentity,
        what: String,
        way: String
    ) -> Diagnostic {
        Diagnostic(
            code,
            message:
                "the run '\(run.id)' was cut off before the sink '\(commit.stage)' committed, which needs the "
                + "plugin '\(commit.plugin)', \(what)",
            category: .environment,
            at: .stage(commit.stage, at: nil),
            hint: "run a program \(way) that plugin, which completes the run; --restart abandons that run"
        )
    }
}
