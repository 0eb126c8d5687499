import Diagnostics
import Testing

@Suite struct CategoryTests {
    private static let text = SourceText("limit = 1", name: "p.toml")

    @Test func `without one of its own a problem has the category of its place`() {
        let problem = Diagnostic("acme.odd", message: "this is odd")
        #expect(problem.category == .data)
        #expect(problem.placed(at: .stage("a", at: nil)).category == .data)
        #expect(problem.placed(at: .file("a.csv")).category == .data)
        // Whoever hands a problem on and knows where the mistake stands has said whose it is.
        #expect(problem.placed(at: .text(Self.text[0..<5])).category == .usage)
    }

    @Test(arguments: Diagnostic.Category.allCases)
    func `one that was set stays, whatever place it gets and whoever classes it`(category: Diagnostic.Category) {
        let problem = Diagnostic("acme.odd", message: "this is odd", category: category)
        #expect(problem.placed(at: .text(Self.text[0..<5])).category == category)
        for other in Diagnostic.Category.allCases { #expect(problem.classed(as: other).category == category) }
    }

    @Test func `a problem without one can be classed once`() {
        let problem = Diagnostic("acme.odd", message: "this is odd").classed(as: .environment).classed(as: .defect)
        #expect(problem.category == .environment)
        #expect(problem.placed(at: .text(Self.text[0..<5])).category == .environment)
    }
}
