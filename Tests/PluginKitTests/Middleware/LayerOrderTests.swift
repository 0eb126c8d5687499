import PluginKit
import Testing

@Suite struct LayerOrderTests {
    @Test func `what stands in its order may stay there`() {
        for (place, outer) in LayerOrder.allCases.enumerated() {
            for inner in LayerOrder.allCases[place...] { #expect(inner.objection(inside: outer) == nil) }
        }
    }

    @Test func `a wrong order is reported with the reason, unless it does no harm`() {
        let harmless: [(LayerOrder, LayerOrder)] = [(.pace, .spare), (.admit, .spare)]
        for (place, inner) in LayerOrder.allCases.enumerated() {
            for outer in LayerOrder.allCases[(place + 1)...] {
                let isHarmless = harmless.contains { $0 == (inner, outer) }
                #expect((inner.objection(inside: outer) == nil) == isHarmless, "\(inner) inside of \(outer)")
            }
        }
    }
}
