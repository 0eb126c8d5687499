internal import Diagnostics
internal import PluginKit

extension StageGraph {
    /// The sources, each behind those that fill a table which its records are looked up in, else as in the file.
    ///
    /// A stage that looks nothing up is told that it cannot, and not how.
    func orderOfSources(_ registry: Registry, _ problems: inout DiagnosticList) -> [Int] {
        let origins = origins
        let plugins = registry.plugins(.transform).filter { $0 is any LookupTransform.Type }.map { $0.name }
        let entries = entries.filter { plugins.contains($0.section.use.name) }
        var before: [Int: Set<Int>] = [:]
        for entry in entries {
            guard let lookup = entry.lookup else { continue }
            for source in Set(entry.inputs.flatMap { origins[$0.entry] }) {
                before[source, default: []].formUnion(origins[lookup.entry])
            }
        }
        var order: [Int] = []
        var waiting = self.entries.indices.filter { self.entries[$0].section.kind == .source }
        while !waiting.isEmpty {
            guard let next = waiting.firstIndex(where: { before[$0, default: []].isSubset(of: order) }) else {
                Self.report(entries, waiting, origins, &problems)
                return order
            }
            order.append(waiting.remove(at: next))
        }
        return order
    }

    /// The sources whose records pass through each stage; those of a lookup end there.
    private var origins: [Set<Int>] {
        var origins: [Set<Int>] = []
        for (index, entry) in entries.enumerated() {
            let isSource = entry.section.kind == .source
            origins.append(isSource ? [index] : Set(entry.inputs.flatMap { origins[$0.entry] }))
        }
        return origins
    }

    private static func report(
        _ entries: [Entry],
        _ waiting: [Int],
        _ origins: [Set<Int>],
        _ problems: inout DiagnosticList
    ) {
        let stuck = entries.first { entry in
            guard let lookup = entry.lookup else { return false }
            return !origins[lookup.entry].isDisjoint(with: waiting)
                && entry.inputs.contains { !origins[$0.entry].isDisjoint(with: waiting) }
        }
        guard let stuck, let lookup = stuck.section.lookup else { return }
        problems.append(
            Diagnostic(
                "pipeline.lookup-order",
                "'\(stuck.section.name.name)' needs all of '\(lookup.name)' before its first record, "
                    + "but both come from the same reading",
                at: .text(lookup.range),
                hint: "read it twice: a second [[source]] with the same options and a name of its own"
            )
        )
    }
}
