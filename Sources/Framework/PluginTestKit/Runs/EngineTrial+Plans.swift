internal import PluginKit

extension EngineTrial {
    /// Has a pipeline file name a layer with its options, and nothing else: its calls are tried without the engine.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: What it may use.
    /// - Throws: `ContractViolation` if the plan is refused.
    static func verifyPlan<M: Middleware>(ofLayer layer: M.Type, options: String, on bench: Bench) async throws {
        let trial = EngineTrial(layer, on: bench) { folder in
            """
            [middleware.bench]
            use = "\(layer.name)"
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

    /// Has a pipeline file name an exporter with its options.
    ///
    /// - Parameters:
    ///   - exporter: The exporter.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: What it may use.
    /// - Throws: `ContractViolation` if the plan is refused.
    static func verifyPlan<E: Exporter>(ofExporter exporter: E.Type, options: String, on bench: Bench) async throws {
        let trial = EngineTrial(exporter, on: bench) { folder in
            """
            [exporter.bench]
            use = "\(exporter.name)"
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
