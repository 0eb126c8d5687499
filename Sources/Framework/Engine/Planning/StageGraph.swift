internal import Diagnostics
internal import PluginKit

/// Who reads whom, by name, in an order in which inputs stand before what reads them.
struct StageGraph: Sendable {
    struct Entry: Sendable {
        let section: StageSection
        let inputs: [Input]
        let lookup: Input?
        /// Whether a reference could not be resolved; the stage is then left out, and what follows is silent.
        let isBroken: Bool
    }

    /// What a stage reads.
    struct Input: Sendable {
        /// The stage, by its place among the entries: before that of the reader.
        let entry: Int
        /// The name of its output, if one is named.
        let output: String?
        /// Where the reader says so.
        let range: SourceRange
    }

    let entries: [Entry]
    /// The sources, by index, in an order in which each lookup is complete before the first record that needs it.
    private(set) var sourceOrder: [Int]

    init(_ file: PipelineFile, _ registry: Registry, problems: inout DiagnosticList) {
        let sections = file.stages
        let names = sections.map(\.name.name)
        let earlier = problems.all.count
        let lookups = Set(sections.compactMap { $0.lookup.map { Self.stage($0, among: names) } })
        let sources = file.sources.map(\.name.name).filter { !lookups.contains($0) }
        var wanted: [(inputs: [Reference], lookup: Reference?, isBroken: Bool)] = []
        var lastTransform: String?
        for section in sections {
            var isBroken = false
            let known = names.enumerated().filter { sections[$0.offset].kind != .sink }.map(\.element)
            for reference in (section.from ?? []) + [section.lookup].compactMap({ $0 })
            where !known.contains(Self.stage(reference, among: names)) {
                isBroken = true
                problems.append(
                    Diagnostic(
                        "pipeline.unknown-stage",
                        names.contains(Self.stage(reference, among: names))
                            ? "'\(reference.name)' is a sink: nothing comes out of it"
                            : "there is no stage '\(reference.name)'",
                        at: .text(reference.range),
                        hint: hint(for: reference.name, among: known)
                    )
                )
            }
            let above = lastTransform.map { [$0] } ?? sources
            let inputs = section.from ?? above.map { Reference(name: $0, range: section.use.range) }
            wanted.append((section.kind == .source ? [] : inputs, section.lookup, isBroken))
            if section.kind == .transform { lastTransform = section.name.name }
        }

        // Inputs first. What is left when nothing more can be placed reads itself in a circle.
        var placed: [String: Int] = [:]
        var entries: [Entry] = []
        var waiting = Array(sections.indices)
        let needs = wanted.map { needs in
            (needs.inputs + [needs.lookup].compactMap { $0 }).map { Self.stage($0, among: names) }
        }
        while !waiting.isEmpty {
            let ready = waiting.filter { index in
                needs[index].allSatisfy { placed[$0] != nil || !names.contains($0) || wanted[index].isBroken }
            }
            guard !ready.isEmpty else {
                let circle = Self.circle(among: waiting, needs, names)
                Self.reportCircle(circle.map { sections[$0] }, &problems)
                break
            }
            for index in ready {
                let input = { (reference: Reference) -> Input? in
                    let stage = Self.stage(reference, among: names)
                    let output = stage == reference.name ? nil : String(reference.name.dropFirst(stage.count + 1))
                    return placed[stage].map { Input(entry: $0, output: output, range: reference.range) }
                }
                entries.append(
                    Entry(
                        section: sections[index],
                        inputs: wanted[index].inputs.compactMap(input),
                        lookup: wanted[index].lookup.flatMap(input),
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

    /// The stage that a word names: the word, or what stands before its last dot if an output is named behind it.
    private static func stage(_ reference: Reference, among names: [String]) -> String {
        let name = reference.name
        guard !names.contains(name), let dot = name.lastIndex(of: ".") else { return name }
        let stage = String(name[..<dot])
        return names.contains(stage) ? stage : name
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
        let read = Set(entries.flatMap { $0.inputs + [$0.lookup].compactMap { $0 } }.map(\.entry))
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
