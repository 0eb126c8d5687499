internal import Diagnostics
internal import PluginKit

/// Who reads whom, by name, in an order in which inputs stand before what reads them.
struct StageGraph: Sendable {
    struct Entry: Sendable {
        let section: StageSection
        /// Indices of entries that stand before this one.
        let inputs: [Int]
        let lookup: Int?
        /// Whether a reference could not be resolved; the stage is then left out, and what follows is silent.
        let isBroken: Bool
    }

    let entries: [Entry]
    /// The sources, by index, in an order in which each lookup is complete before the first record that needs it.
    private(set) var sourceOrder: [Int]

    init(_ file: PipelineFile, _ registry: Registry, problems: inout DiagnosticList) {
        let sections = file.stages
        let names = sections.map(\.name.name)
        let earlier = problems.all.count
        let lookups = Set(sections.compactMap(\.lookup?.name))
        let sources = file.sources.map(\.name.name).filter { !lookups.contains($0) }
        var wanted: [(inputs: [String], lookup: String?, isBroken: Bool)] = []
        var lastTransform: String?
        for section in sections {
            var isBroken = false
            let known = names.enumerated().filter { sections[$0.offset].kind != .sink }.map(\.element)
            for reference in (section.from ?? []) + [section.lookup].compactMap({ $0 })
            where !known.contains(reference.name) {
                isBroken = true
                problems.append(
                    Diagnostic(
                        "pipeline.unknown-stage",
                        names.contains(reference.name)
                            ? "'\(reference.name)' is a sink: nothing comes out of it"
                            : "there is no stage '\(reference.name)'",
                        at: .text(reference.range),
                        hint: hint(for: reference.name, among: known)
                    )
                )
            }
            let above = lastTransform.map { [$0] } ?? sources
            let inputs = section.kind == .source ? [] : section.from?.map(\.name) ?? above
            wanted.append((inputs, section.lookup?.name, isBroken))
            if section.kind == .transform { lastTransform = section.name.name }
        }

        // Inputs first. What is left when nothing more can be placed reads itself in a circle.
        var placed: [String: Int] = [:]
        var entries: [Entry] = []
        var waiting = Array(sections.indices)
        while !waiting.isEmpty {
            let ready = waiting.filter { index in
                let needs = wanted[index].inputs + [wanted[index].lookup].compactMap { $0 }
                return needs.allSatisfy { placed[$0] != nil || !names.contains($0) || wanted[index].isBroken }
            }
            guard !ready.isEmpty else {
                let needs = wanted.map { $0.inputs + [$0.lookup].compactMap { $0 } }
                let circle = Self.circle(among: waiting, needs, names)
                Self.reportCircle(circle.map { sections[$0] }, &problems)
                break
            }
            for index in ready {
                entries.append(
                    Entry(
                        section: sections[index],
                        inputs: wanted[index].inputs.compactMap { placed[$0] },
                        lookup: wanted[index].lookup.flatMap { placed[$0] },
                        isBroken: wanted[index].isBroken
                    )
                )
                placed[names[index]] = entries.count - 1
            }
            waiting.removeAll(where: ready.contains)
        }
        self.entries = entries
        sourceOrder = []
        // With a reference that leads nowhere, who reads whom is not known.
        guard problems.all.count == earlier else { return }
        warnOfUnread(&problems)
        sourceOrder = orderOfSources(registry, &problems)
    }

    /// The stages that cannot be placed, without those that merely read one of them.
    private static func circle(among waiting: [Int], _ needs: [[String]], _ names: [String]) -> [Int] {
        var circle = waiting
        while true {
            let needed = Set(circle.flatMap { needs[$0] })
            let inCircle = circle.filter { needed.contains(names[$0]) }
            if inCircle.count == circle.count { return circle }
            circle = inCircle
        }
    }

    private static func reportCircle(_ sections: [StageSection], _ problems: inout DiagnosticList) {
        guard let first = sections.first else { return }
        let circle = sections.map { "'\($0.name.name)'" }.joined(separator: ", ")
        problems.append(
            Diagnostic(
                "pipeline.circle",
                "stages read each other in a circle: \(circle)",
                at: .text((first.from?.first ?? first.lookup ?? first.name).range),
                hint: "a stage can only read stages that do not read it"
            )
        )
    }

    private func warnOfUnread(_ problems: inout DiagnosticList) {
        let read = Set(entries.flatMap { $0.inputs + [$0.lookup].compactMap { $0 } })
        for (index, entry) in entries.enumerated() where entry.section.kind != .sink && !read.contains(index) {
            problems.append(
                Diagnostic(
                    "pipeline.unread",
                    "nothing reads the \(entry.section.kind) '\(entry.section.name.name)'",
                    at: .text(entry.section.name.range),
                    hint: "name it in another stage's 'from', or take it out",
                    severity: .warning
                )
            )
        }
    }
}
