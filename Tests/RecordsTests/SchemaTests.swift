import Diagnostics
import Testing

@testable import Records

@Suite struct SchemaTests {
    @Test func `a column knows whether anybody asked for it`() throws {
        let schema: Schema = ["title": .text, "year": .integer, "rating": .real]
        #expect(schema.columns.map(\.isAskedFor) == [false, false, false])
        #expect(schema.column("title")?.kind == .text)
        #expect(schema.columns.map(\.isAskedFor) == [false, false, false])
        #expect(try schema.field("year") == Field(index: 1, kind: .integer))
        #expect(schema.columns.map(\.isAskedFor) == [false, true, false])
        #expect(schema.optionalField("nothing") == nil)
        _ = schema.fields
        #expect(schema.columns.map(\.isAskedFor) == [true, true, true])
    }

    @Test func `asking for a new name asks for the old one`() throws {
        let source: Schema = ["title": .text, "year": .integer]
        let renamed = Schema(source.columns.map { $0.renamed(to: "movie_\($0.name)") })
        _ = try renamed.field("movie_year")
        #expect(source.columns.map(\.isAskedFor) == [false, true])
        #expect(renamed.names == ["movie_title", "movie_year"])
    }

    @Test func `asking does not make schemas different`() throws {
        let left: Schema = ["title": .text]
        let right: Schema = ["title": .text]
        _ = try left.field("title")
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != ["title": .integer])
    }

    @Test func `a column is added behind or in the place of its name`() {
        let schema: Schema = ["title": .text, "year": .integer]
        #expect(schema.adding("day", .text) == ["title": .text, "year": .integer, "day": .text])
        #expect(schema.adding("title", .integer) == ["title": .integer, "year": .integer])
        #expect(schema.keeping { $0.kind == .integer } == ["year": .integer])
        #expect(schema.width == 2)
    }

    @Test func `an unknown column is told with the nearest name or all of them`() {
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
