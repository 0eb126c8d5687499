internal import Diagnostics
internal import PluginKit

extension Resolver {
    /// The outputs that a stage reads, among the nodes made so far; nil if a stage that it reads could not be created.
    ///
    /// - Throws: `pipeline.output` for an output that does not exist, or if the stage has several and none is named.
    func ports(
        _ inputs: [StageGraph.Input],
        nodes: [Plan.Node],
        made: [Int: Int]
    ) throws(DiagnosticList) -> [Plan.Port]? {
        var ports: [Plan.Port] = []
        var problems = DiagnosticList()
        for input in inputs {
            guard let index = made[input.entry] else { return nil }
            do throws(Diagnostic) {
                ports.append(Plan.Port(node: index, output: try Self.output(input, of: nodes[index])))
            } catch {
                problems.append(error)
            }
        }
        try problems.throwIfErrors()
        return ports
    }

    private static func output(_ input: StageGraph.Input, of node: Plan.Node) throws(Diagnostic) -> Int {
        if node.outputs.first?.name == "" {
            guard let name = input.output else { return 0 }
            throw Diagnostic(
                "pipeline.output",
                message: "'\(node.name)' has one output, and no '\(name)'",
                at: .text(input.range),
                hint: "from = \"\(node.name)\""
            )
        }
        let names = node.outputs.map(\.name)
        guard let name = input.output else {
            throw Diagnostic(
                "pipeline.output",
                message: "'\(node.name)' has several outputs, so one has to be named",
                at: .text(input.range),
                hint: "from = " + names.prefix(20).map { "\"\(node.name).\($0)\"" }.joined(separator: " or ")
            )
        }
        if let index = names.firstIndex(of: name) { return index }
        throw Diagnostic(
            "pipeline.output",
            message: "'\(node.name)' has no output '\(name)'",
            at: .text(input.range),
            hint: hint(for: name, among: names)
        )
    }
}
