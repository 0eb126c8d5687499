import Diagnostics
import TOML
import Testing

@Suite struct EditingTests {
    /// A document, a path, a number to put there, and the document that this makes.
    struct Edit: Sendable, CustomTestStringConvertible {
        let before: String
        let path: String
        let after: String
        var testDescription: String { "\(path) in \(before.debugDescription)" }

        init(_ before: String, _ path: String, _ after: String) {
            self.before = before
            self.path = path
            self.after = after
        }
    }

    @Test(arguments: [
        Edit("a = 1", "a", "a = 9"),
        Edit("a   =   1   # c\r\n\r\nb = 2", "a", "a   =   9   # c\r\n\r\nb = 2"),
        Edit("a = \"\"\"\nx\"\"\" # c", "a", "a = 9 # c"),
        Edit("a = [1, [2, 3], 4]", "a[1]", "a = [1, 9, 4]"),
        Edit("a = [1, [2, 3], 4]", "a[1][0]", "a = [1, [9, 3], 4]"),
        Edit("a = [1, [2, 3], 4]", "a", "a = 9"),
        Edit("a = { b = 1, c.d = 2 }", "a.c.d", "a = { b = 1, c.d = 9 }"),
        Edit("[[s]]\nx = 1\n[[s]]\nx = 2", "s[1].x", "[[s]]\nx = 1\n[[s]]\nx = 9"),
        Edit("'a.b'.c = 1", "\"a.b\".c", "'a.b'.c = 9"),
        Edit("[t]\n  a = 1\n\n[u]", "t.a", "[t]\n  a = 9\n\n[u]"),
    ])
    func `a value is replaced, and every other byte stays`(edit: Edit) throws {
        var document = try TOMLDocument(Array(edit.before.utf8), name: "x")
        try document.set(edit.path, to: 9)
        #expect(String(decoding: document.bytes, as: UTF8.self) == edit.after)
    }

    @Test(arguments: [
        Edit("", "a", "a = 9"),
        Edit("\u{FEFF}", "a", "\u{FEFF}a = 9"),
        Edit("# c\n", "a", "a = 9\n# c\n"),
        Edit("a = 1", "b", "a = 1\nb = 9"),
        Edit("a = 1\n", "b", "a = 1\nb = 9\n"),
        Edit("a = 1 # c\r\n\r\n[t]\r\n", "b", "a = 1 # c\r\nb = 9\r\n\r\n[t]\r\n"),
        Edit("[t]\n\n[u]", "a", "a = 9\n[t]\n\n[u]"),
        Edit("[t] # c\n\n[u]\n", "t.a", "[t] # c\na = 9\n\n[u]\n"),
        Edit("[t]\n\ta = 1\n\n# u\n[u]\n", "t.b", "[t]\n\ta = 1\n\tb = 9\n\n# u\n[u]\n"),
        Edit("[t]\na = [\n1,\n]\n[u]\n", "t.b", "[t]\na = [\n1,\n]\nb = 9\n[u]\n"),
        Edit("[t]\na.b = 1\nc = 2\n", "t.a.d", "[t]\na.b = 1\nc = 2\na.d = 9\n"),
        Edit("[t]\n", "t.a.b", "[t]\na.b = 9\n"),
        Edit("[t]\n", "t.\"a b\"", "[t]\n\"a b\" = 9\n"),
        Edit("a = {}", "a.b", "a = { b = 9 }"),
        Edit("a = {b = 1}", "a.c", "a = {b = 1, c = 9}"),
        Edit("a = { b.c = 1 }", "a.b.d", "a = { b.c = 1, b.d = 9 }"),
        Edit("a = {\n  b = 1, # c\n}", "a.c", "a = {\n  b = 1, c = 9, # c\n}"),
        Edit("[[s]]\nx = 1\n\n[[s]]\nx = 2\n", "s[0].y", "[[s]]\nx = 1\ny = 9\n\n[[s]]\nx = 2\n"),
        Edit("[a.b]\nx = 1", "a.y", "[a.b]\nx = 1\n\n[a]\ny = 9\n"),
        Edit("[[s]]\n[s.a.b]\n", "s[0].a.y", "[[s]]\n[s.a.b]\n\n[s.a]\ny = 9\n"),
        Edit("a = [{b = 1}]", "a[0].c", "a = [{b = 1, c = 9}]"),
    ])
    func `a missing key is added to its table`(edit: Edit) throws {
        var document = try TOMLDocument(Array(edit.before.utf8), name: "x")
        try document.set(edit.path, to: 9)
        #expect(String(decoding: document.bytes, as: UTF8.self) == edit.after)
    }

    @Test(arguments: [
        ("[t]", "t"), ("a.b = 1", "a"), ("[[s]]", "s"), ("[[s]]", "s[0]"), ("a = [1]", "a[1]"), ("a = 1", "a.b"),
        ("a = 1", "b[0]"), ("[[s]]\n[s.a.b]\n[[s]]", "s[0].a.y"),
    ])
    func `what cannot be changed in one place is refused`(toml: String, path: String) throws {
        var document = try TOMLDocument(Array(toml.utf8), name: "x")
        let error = #expect(throws: Diagnostic.self) { try document.set(path, to: 9) }
        #expect(error?.code == "toml.not-editable")
        #expect(document.bytes == Array(toml.utf8))
    }

    @Test(arguments: ["", "a.", ".a", "a b", "a[", "a[x]", "a[0", "a[-1]", "[0]", "a]", "\"a"])
    func `what is no path is refused`(path: String) throws {
        var document = try TOMLDocument(Array("a = 1".utf8), name: "x")
        let error = #expect(throws: Diagnostic.self) { try document.set(path, to: 9) }
        #expect(error?.code == "toml.path")
    }

    @Test func `any value can be put in`() throws {
        struct Pair: Encodable {
            let x = 1
            let y = ["a\n\"b\""]
        }
        var document = try TOMLDocument(Array("a = 0\n".utf8), name: "x")
        try document.set("a", to: Pair())
        try document.set("b", to: LocalDate(year: 2020, month: 2, day: 29))
        try document.set("c", to: document.root["a"]["y"])
        #expect(
            String(decoding: document.bytes, as: UTF8.self)
                == "a = { x = 1, y = [\"a\\n\\\"b\\\"\"] }\nb = 2020-02-29\nc = [\"a\\n\\\"b\\\"\"]\n"
        )
    }
}
