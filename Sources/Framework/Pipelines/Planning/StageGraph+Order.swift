internal import Diagnostics
internal import PluginKit

extension StageGraph {
    /// The sources in the order in which they are read: a source whose records fill a table comes before the sources
    /// whose records are looked up in it; otherwise the order of the file.
    ///
    /// If a `lookup` belongs to a stage whose plugin has none, that is reported instead of a wrong order.
    func orderOfSources(_ registry: Registry, problems: inout DiagnosticList) -> [Int] {
        let transforms = registry.plugins(.transform).compactMap { $0 as? any Transform.Type }
        let plugins = Set(transforms.filter { $0.looksUp }.map { $0.name })
        let isLookup = entries.map { $0.lookup != nil && plugins.contains($0.section.use.name) }
        let sources = entries.indices.filter { entries[$0].section.kind == .source }
        // Each stage has two events: it has received all its records (even number), and its first record may arrive
        // (odd number). A source that must be read before another one has an edge to it through these.
        var follows = [[Int]](repeating: [], count: entries.count * 2)
        for (index, entry) in entries.enumerated() {
            for input in entry.inputs {
                follows[input.entry * 2].append(index * 2)
                follows[index * 2 + 1].append(input.entry * 2 + 1)
            }
            if isLookup[index], let lookup = entry.lookup { follows[lookup.entry * 2].append(index * 2 + 1) }
        }
        for source in sources { follows[source * 2 + 1].append(source * 2) }
        return walk(follows, sources: sources, isLookup: isLookup, problems: &problems)
    }

    private func walk(
        _ follows: [[Int]],
        sources: [Int],
        isLookup: [Bool],
        problems: inout DiagnosticList
    ) -> [Int] {
        var waitsFor = [Int](repeating: 0, count: follows.count)
        for moment in follows.joined() { waitsFor[moment] += 1 }
        var passed = follows.indices.filter { waitsFor[$0] == 0 && !isBeginning($0) }
        var order: [Int] = []
        var isRead = [Bool](repeating: false, count: entries.count)
        var ready = SmallestFirst(sources.filter { waitsFor[$0 * 2 + 1] == 0 })
        while true {
            while let moment = passed.popLast() {
                for next in follows[moment] {
                    waitsFor[next] -= 1
                    guard waitsFor[next] == 0 else { continue }
                    guard isBeginning(next) else {
                        passed.append(next)
                        continue
                    }
                    ready.insert(next / 2)
                }
            }
            guard let source = ready.popFirst() else { break }
            isRead[source] = true
            order.append(source)
            passed.append(source * 2 + 1)
        }
        if order.count < sources.count { report(isLookup, isRead: isRead, problems: &problems) }
        return order
    }

    /// Whether an event is the beginning of a source, before its first record.
    private func isBeginning(_ moment: Int) -> Bool {
        !moment.isMultiple(of: 2) && entries[moment / 2].section.kind == .source
    }

    private func report(_ isLookup: [Bool], isRead: [Bool], problems: inout DiagnosticList) {
        // Whether records of a source that could not be placed pass through a stage; those of a lookup end there.
        var waits: [Bool] = []
        for (index, entry) in entries.enumerated() {
            let isSource = entry.section.kind == .source
            waits.append(isSource ? !isRead[index] : entry.inputs.contains { waits[$0.entry] })
        }
        let stuck = entries.indices.first { index in
            guard isLookup[index], let lookup = entries[index].lookup else { return false }
            return waits[lookup.entry] && entries[index].inputs.contains { waits[$0.entry] }
        }.map { entries[$0] }
        guard let stuck, let lookup = stuck.section.lookup else { return }
        problems.append(
            Diagnostic(
                "pipeline.lookup-order",
                message: "'\(stuck.section.name.name)' needs all of '\(lookup.name)' before its first record, "
                    + "but both depend on the same source",
                at: .text(lookup.range),
                hint: "read it twice: a second [[source]] with the same options and a name of its own"
            )
        )
    }
}
