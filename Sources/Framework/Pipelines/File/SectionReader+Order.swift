internal import Diagnostics

extension SectionReader {
    /// The steps, each after those that it needs, otherwise in the order of the file.
    mutating func inOrderOfNeeds(_ steps: [StepSection]) -> [StepSection] {
        let names = steps.map(\.name.name)
        let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        let unknown = steps.flatMap(\.needs).filter { places[$0.name] == nil }
        for need in unknown {
            guard !problems.isFull else {
                problems.leaveOut()
                continue
            }
            problems.append(
                Diagnostic(
                    "pipeline.unknown-step",
                    message: "there is no step '\(need.name)'",
                    at: .text(need.range),
                    hint: hint(for: need.name, among: names)
                )
            )
        }
        // If a name refers to no step or to two, the needs are not known.
        guard unknown.isEmpty, places.count == names.count else { return steps }
        let needs = steps.map { $0.needs.compactMap { places[$0.name] } }
        let ordered = DependencyOrder(needs)
        if !ordered.circle.isEmpty { refuse(circle: ordered.circle.map { steps[$0] }) }
        return Self.inOrderOfFile(needs).map { steps[$0] }
    }

    /// The steps that can be placed: repeatedly the first one whose needs have been placed.
    private static func inOrderOfFile(_ needs: [[Int]]) -> [Int] {
        var waitsFor = needs.map(\.count)
        var neededBy = [[Int]](repeating: [], count: needs.count)
        for (index, needed) in needs.enumerated() { for other in needed { neededBy[other].append(index) } }
        var ready = SmallestFirst(needs.indices.filter { waitsFor[$0] == 0 })
        var order: [Int] = []
        while let next = ready.popFirst() {
            order.append(next)
            for other in neededBy[next] {
                waitsFor[other] -= 1
                if waitsFor[other] == 0 { ready.insert(other) }
            }
        }
        return order
    }

    private mutating func refuse(circle: [StepSection]) {
        guard let first = circle.first, let need = first.needs.first else { return }
        let names =
            circle.prefix(20).map { "'\($0.name.name)'" }.joined(separator: ", ")
            + (circle.count > 20 ? " and \(circle.count - 20) more" : "")
        problems.append(
            Diagnostic(
                "pipeline.circle",
                message: circle.count == 1
                    ? "the step \(names) needs itself" : "steps need each other in a circle: \(names)",
                at: .text(need.range),
                hint: "a step can only need steps that do not need it; needs = [] needs none"
            )
        )
    }
}
