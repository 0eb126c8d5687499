import Diagnostics
import Pipelines
import Runs
import TestPipelines

/// Pipelines and chains of a test, by their names; a pipeline that is only named reads numbers.
struct Shelf {
    private let files: [String: String]

    init(_ files: [String: String]) { self.files = files }

    /// A pipeline with something at its top.
    static func pipeline(_ top: String = "") -> String {
        """
        \(top)
        [vars]
        count = 4
        out = "out"
        [[source]]
        use = "numbers"
        count = "${var:count}"
        [[sink]]
        use = "lines"
        path = "${var:out}-{name}.txt"
        """
    }

    var library: PipelineLibrary {
        PipelineLibrary { [files] name throws(DiagnosticList) in
            guard let text = files[name] else {
                throw DiagnosticList([
                    Diagnostic("pipeline.missing", message: "there is no pipeline '\(name)'", hint: "look")
                ])
            }
            return try RunnableFile(Array(text.utf8), path: "\(name).toml")
        }
    }

    /// The pipelines of a command, in the order in which they run.
    func order(_ names: String...) -> [String] {
        var builder = JobBuilder(library, registry: Workshop.registry)
        return builder.command(names).pipelines.map(\.0.name)
    }

    /// What is found when a command names these.
    func findings(
        _ names: String...,
        variables: [String: String] = [:],
        environment: [String: String] = [:],
        isRehearsal: Bool = false
    ) async -> String {
        var builder = JobBuilder(
            library,
            registry: Workshop.registry,
            environment: environment,
            variables: VariableSettings(variables),
            isRehearsal: isRehearsal
        )
        let job = builder.command(names)
        let services = Services(registry: Workshop.registry, environment: environment)
        var found = builder.problems
        found.append(contentsOf: await job.examine(services, isRehearsal: isRehearsal).findings)
        return found.inOrderOfFiles.map { $0.rendered() }.joined(separator: "\n")
    }
}
