internal import Diagnostics
internal import PluginKit

/// The stages and their inputs, by name, in an order in which inputs come before their readers.
struct StageGraph: Sendable {
    struct Entry: Sendable {
        let section: StageSection
        let inputs: [Input]
        let lookup: Input?
        /// Whether a reference could not be resolved; then the stage is left out, and consequences are not reported.
        let isBroken: Bool
    }

    /// An input of a stage.
    struct Input: Sendable {
        /// The stage, by its index among the entries: before that of the reader.
        let entry: Int
        /// The name of its output, if one is named.
        let output: String?
        /// The position of the reference.
        let range: SourceRange
    }

    let entries: [Entry]
    /// The sources, by index, in an order in which each lookup is complete before the first record that needs it.
    private(set) var sourceOrder: [Int]

    init(_ file: PipelineFile, registry: Registry, problems: inout DiagnosticList) {
        let sections = file.stages
        let names = Names(sections)
        let earlier = problems.total
        let lookups = Set(sections.compactMap { $0.lookup.map(names.stage) })
        let sources = file.sources.map(\.name.name).filter { !lookups.contains($0) }
        var wanted: [(inputs: [Reference], lookup: Reference?, isBroken: Bool)] = []
        var lastTransform: String?
        var connections = 0
        for section in sections {
            let unknown = ((section.from ?? []) + [section.lookup].compactMap { $0 }).filter { !names.canBeRead($0) }
            for reference in unknown { names.report(reference, problems: &problems) }
            let above = lastTransform.map { [$0] } ?? sources
            let reads = section.kind == .source ? 0 : section.from?.count ?? above.count
            connections += reads
            guard connections <= FileLimits.inputs else {
                problems.append(Self.tooManyConnections(section))
                break
            }
            let implied = { above.map { Reference(name: $0, range: section.use.range) } }
            let inputs = reads == 0 ? [] : section.from ?? implied()
            wanted.append((inputs, section.lookup, !unknown.isEmpty))
            if section.kind == .transform { lastTransform = section.name.name }
        }

        // Inputs first. Stages that remain when no more can be placed read each other in a circle.
        let needs = wanted.map { needs in
            needs.isBroken
                ? [] : (needs.inputs + [needs.lookup].compactMap { $0 }).compactMap { names.index(of: names.stage($0)) }
        }
        let ordered = DependencyOrder(needs)
        var placed: [Int: Int] = [:]
        var entries: [Entry] = []
        for index in ordered.order where index < wanted.count {
            let input = { (reference: Reference) -> Input? in
                let stage = names.stage(reference)
                let output = stage == reference.name ? nil : String(reference.name.dropFirst(stage.count + 1))
                return names.index(of: stage).flatMap { placed[$0] }.map {
                    Input(entry: $0, output: output, range: reference.range)
                }
            }
            entries.append(
                Entry(
                    section: sections[index],
                    inputs: wanted[index].inputs.compactMap(input),
                    lookup: wanted[index].lookup.flatMap(input),
                    isBroken: wanted[index].isBroken
                )
            )
            placed[index] = entries.count - 1
        }
        if !ordered.circle.isEmpty { Self.reportCircle(ordered.circle.map { sections[$0] }, problems: &problems) }
        self.entries = entries
        sourceOrder = []
        // With a reference that cannot be resolved, the readers are not known.
        guard problems.total == earlier else { return }
        warnOfUnread(&problems)
        sourceOrder = orderOfSources(registry, problems: &problems)
    }

    private static func tooManyConnections(_ section: StageSection) -> Diagnostic {
        Diagnostic(
            "pipeline.too-many",
            message: "all stages together read more than \(FileLimits.inputs) inputs",
            at: .text((section.from?.first ?? section.use).range),
            hint: "without 'from', a stage reads all sources: have one transform read them, and the others that one"
        )
    }

    private static func reportCircle(_ sections: [StageSection], problems: inout DiagnosticList) {
        guard let first = sections.first else { return }
        let circle =
            sections.prefix(20).map { "'\($0.name.name)'" }.joined(separator: ", ")
            + (sections.count > 20 ? " and \(sections.count - 20) more" : "")
        problems.append(
            Diagnostic(
                "pipeline.circle",
                message: "stages read each other in a circle: \(circle)",
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
                    message: "nothing reads the \(entry.section.kind) '\(entry.section.name.name)'",
                    at: .text(entry.section.name.range),
                    hint: "name it in another stage's 'from', or remove it",
                    severity: .warning
                )
            )
        }
    }
}
