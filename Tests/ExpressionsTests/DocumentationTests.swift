import Expressions
import Foundation
import Testing

/// The tables of docs/expressions.md are what the language does.
@Suite struct DocumentationTests {
    @Test func `every expression of the page gives what the page says`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let page = folder.deletingLastPathComponent().appending(path: "docs/expressions.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        var isTable = false
        var count = 0
        for line in lines {
            if line == "| expression | gives |" { isTable = true } else if !line.hasPrefix("|") { isTable = false }
            let cells = line.split(separator: "`")
            guard isTable, cells.count == 5, cells[1] != "---" else { continue }
            let expression = try Expressions.Expression(
                ExpressionText(String(cells[1])),
                for: [:],
                wants: .anything,
                as: "example"
            )
            let value = try expression.value(of: 0, in: Batch([:], records: [[]]))
            #expect(value.written(as: expression.type) == cells[3], "\(cells[1])")
            count += 1
        }
        #expect(count > 20)
    }
}
