internal import PluginKit

extension EngineTrial {
    /// Plans a pipeline with a layer and its options; the layer's calls are tested without the engine.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: The bench that creates it.
    /// - Throws: `ContractViolation` if the plan is refused.
    static func verifyPlan<M: Middleware>(ofLayer layer: M.Type, options: String, on bench: Bench) async throws {
        try await verifyPlan(of: layer, section: "middleware", options: options, on: bench)
    }

    /// Plans a pipeline with an exporter and its options.
    ///
    /// - Parameters:
    ///   - exporter: The exporter.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: The bench that creates it.
    /// - Throws: `ContractViolation` if the plan is refused.
    static func verifyPlan<E: Exporter>(ofExporter exporter: E.Type, options: String, on bench: Bench) async throws {
        try await verifyPlan(of: exporter, section: "exporter", options: options, on: bench)
    }

    private static func verifyPlan(
        of plugin: any Plugin.Type,
        section: String,
        options: String,
        on bench: Bench
    ) async throws {
        let trial = EngineTrial(plugin, on: bench) { folder in
            """
            [\(section).bench]
            use = "\(plugin.name)"
            \(options)
            [[source]]
            use = "contract-batches"
            batches = "none"
            [[sink]]
            use = "contract-records"
            path = "\(folder)/records"
            """
        }
        try await trial.verifyPlan()
    }
}
