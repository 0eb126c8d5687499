import Diagnostics
import Testing

@testable import Records

@Suite struct SchemaTests {
    @Test func `a column is found by its name`() throws {
        let schema: Schema = ["title": .text, "year": .integer, "rating": .real]
        #expect(schema.column("title")?.kind == .text)
        #expect(try schema.field("year") == Field(index: 1, kind: .integer))
        #expect(schema.optionalField("nothing") == nil)
        #expect(schema.fields.map(\.index) == [0, 1, 2])
        #expect(schema.fields.map(\.kind) == [.text, .integer, .real])
    }

    @Test func `a column keeps its kind under another name`() throws {
        let source: Schema = ["title": .text, "year": .integer]
        let renamed = Schema(source.columns.map { $0.renamed(to: "movie_\($0.name)") })
        #expect(renamed == ["movie_title": .text, "movie_year": .integer])
        #expect(source.names == ["title", "year"])
    }

    @Test func `schemas are the same if names and kinds are`() {
        let left: Schema = ["title": .text]
        #expect(left == ["title": .text])
        #expect(left.hashValue == (["title": .text] as Schema).hashValue)
        #expect(left != ["title": .integer])
        #expect(left != ["name": .text])
    }

    @Test func `a column is added at the end, or replaces the one of its name`() {
        let schema: Schema = ["title": .text, "year": .integer]
        #expect(schema.adding("day", kind: .text) == ["title": .text, "year": .integer, "day": .text])
        #expect(schema.adding("title", kind: .integer) == ["title": .integer, "year": .integer])
        #expect(schema.keeping { $0.kind == .integer } == ["year": .integer])
        #expect(schema.width == 2)
    }

    @Test func `an unknown column is reported with the nearest name or all of them`() {
        let schema: Schema = ["title": .text, "year": .integer]
        let near = #expect(throws: Diagnostic.self) { try schema.field("titel", at: .file("x.toml")) }
        #expect(
            near?.rendered() == """
                x.toml: error[schema.unknown-column]: there is no column 'titel' here
                  hint: did you mean 'title'?
                """
        )
        let far = #expect(throws: Diagnostic.self) { try schema.field("director") }
        #expect(
            far?.rendered() == """
                error[schema.unknown-column]: there is no column 'director' here
                  hint: known: title, year
                """
        )
    }
}
