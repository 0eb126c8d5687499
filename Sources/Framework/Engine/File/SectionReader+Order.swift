internal import Diagnostics

extension SectionReader {
    /// The steps, each behind those that it needs; besides as in the file.
    mutating func inOrderOfNeeds(_ steps: [StepSection]) -> [StepSection] {
        let names = steps.map(\.name.name)
        let unknown = steps.flatMap(\.needs).filter { !names.contains($0.name) }
        for need in unknown {
            problems.append(
                Diagnostic(
                    "pipeline.unknown-step",
                    "there is no step '\(need.name)'",
                    at: .text(need.range),
                    hint: hint(for: need.name, among: names)
                )
            )
        }
        // Where names lead nowhere, or to two steps, who needs whom is not known.
        guard unknown.isEmpty, Set(names).count == names.count else { return steps }
        var ordered: [StepSection] = []
        var waiting = steps
        while let next = waiting.firstIndex(where: { $0.needsNothing(but: ordered) }) {
            ordered.append(waiting.remove(at: next))
        }
        if !waiting.isEmpty { refuseCircle(among: waiting) }
        return ordered
    }

    private mutating func refuseCircle(among waiting: [StepSection]) {
        // Those that merely need one of the circle are no part of it.
        var circle = waiting
        while true {
            let needed = Set(circle.flatMap { $0.needs.map(\.name) })
            let inside = circle.filter { needed.contains($0.name.name) }
            if inside.count == circle.count { break }
            circle = inside
        }
        guard let first = circle.first, let need = first.needs.first else { return }
        let names = circle.map { "'\($0.name.name)'" }.joined(separator: ", ")
        problems.append(
            Diagnostic(
                "pipeline.circle",
                circle.count == 1 ? "the step \(names) needs itself" : "steps need each other in a circle: \(names)",
                at: .text(need.range),
                hint: "a step can only need steps that do not need it; needs = [] needs none"
            )
        )
    }
}

extension StepSection {
    /// Whether all that it needs is among these steps.
    fileprivate func needsNothing(but steps: [StepSection]) -> Bool {
        needs.allSatisfy { need in steps.contains { $0.name.name == need.name } }
    }
}
