import Diagnostics
import TOML
import Testing

@Suite struct EncoderTests {
    private func encode(_ value: some Encodable) throws(Diagnostic) -> String {
        String(decoding: try TOMLEncoder().encode(value), as: UTF8.self)
    }

    struct Pipeline: Codable, Equatable {
        struct Source: Codable, Equatable {
            let use: String
            var options: [String: Int] = [:]
        }

        struct Run: Codable, Equatable {
            var size = 10
            var inner = ["a": ["b": 1.5]]
        }

        var source = [Source(use: "a"), Source(use: "b", options: ["x": 1])]
        var name = "n"
        var nothing: Int?
        var empty: [Int] = []
        var run = Run()
        var mixed = [[1], []]
    }

    @Test func `a value becomes the document that a person would write`() throws {
        #expect(
            try encode(Pipeline()) == """
                name = "n"
                empty = []
                mixed = [[1], []]

                [[source]]
                use = "a"

                [source.options]

                [[source]]
                use = "b"

                [source.options]
                x = 1

                [run]
                size = 10

                [run.inner.a]
                b = 1.5

                """
        )
    }

    @Test func `what was encoded decodes as what it was`() throws {
        let pipeline = Pipeline()
        #expect(try TOMLDecoder().decode(Pipeline.self, from: TOMLEncoder().encode(pipeline), name: "x") == pipeline)
    }

    @Test(arguments: [
        "", " ", "a b", "\"", "\\", "'", "\n", "\r\n", "\t", "\0", "\u{1F}", "\u{7F}", "\u{80}", "é", "e\u{301}", "😀",
        "\u{FEFF}",
        "#", "=", "[a]", "a.b", "\"\"\"", "\u{2028}", "\u{301}",
    ])
    func `any text is a key and a value`(text: String) throws {
        let bytes = try TOMLEncoder().encode([text: text])
        for version in TOMLVersion.allCases {
            let document = try TOMLDocument(bytes, name: "x", options: .init(version: version))
            #expect(Array(document.root.entries[0].key.utf8) == Array(text.utf8))
            #expect(document.root.entries[0].value.string.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test(
        arguments: [
            0, -0.0, 1, 0.1, 1e16, 1e-7, 1e100, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity,
            123456789.125, 1e15,
        ] as [Double]
    )
    func `any float is read as it was written`(value: Double) throws {
        let back = try TOMLDecoder().decode([String: Double].self, from: TOMLEncoder().encode(["a": value]), name: "x")
        #expect(back["a"]?.bitPattern == value.bitPattern)
        let small = try TOMLDecoder().decode(
            [String: Float].self,
            from: TOMLEncoder().encode(["a": Float(value)]),
            name: "x"
        )
        #expect(small["a"]?.bitPattern == Float(value).bitPattern)
    }

    @Test func `nan stays nan`() throws {
        #expect(try encode(["a": Double.nan]) == "a = nan\n")
    }

    private func complaint(_ value: some Encodable) -> String {
        do throws(Diagnostic) { return "nothing: \(try encode(value))" } catch { return error.rendered() }
    }

    @Test func `what TOML cannot say is refused with its path`() {
        #expect(complaint(["a": [1, nil]]) == "error[toml.no-null]: 'a[1]': TOML has no null")
        #expect(
            complaint(["a": ["b": UInt64.max]])
                == "error[toml.number-range]: 'a.b': 18446744073709551615 does not fit in the 64 bits of a TOML integer"
        )
        #expect(
            complaint([1])
                == "error[toml.not-a-document]: a document is a table, and Array<Int> encodes as something else"
        )
        #expect(complaint("x").hasPrefix("error[toml.not-a-document]"))
    }

    @Test func `a nest without end is refused`() {
        struct Endless: Encodable {
            enum Keys: String, CodingKey { case a }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Keys.self)
                try container.encode(Endless(), forKey: .a)
            }
        }
        #expect(complaint(Endless()).hasPrefix("error[toml.too-deep]: more than 128 levels"))
    }

    @Test func `whatever depth was read can be written`() throws {
        // Each part of these headers is an array and a table in it: one level of the document, two of the tree.
        let headers = (1...128).map { "[[" + Array(repeating: "a", count: $0).joined(separator: ".") + "]]\n" }.joined()
        let brackets = String(repeating: "[", count: 127) + String(repeating: "]", count: 127)
        for toml in [headers, "a.b = \(brackets)", "[a]\nb = \(brackets)"] {
            let document = try TOMLDocument(Array(toml.utf8), name: "x")
            let again = try TOMLDocument(TOMLEncoder().encode(document.root), name: "x")
            #expect(plain(again.root) == plain(document.root))
        }
        let deep = TOMLDocument.recovering(
            Array("a = [\(brackets), []]".utf8),
            name: "x",
            options: .init(maximumDepth: 200)
        )
        #expect(complaint(deep.document.root) == "nothing: a = [\(brackets), []]\n")
        let deeper = TOMLDocument.recovering(
            Array("[a]\nb = [\(brackets)]".utf8),
            name: "x",
            options: .init(maximumDepth: 200)
        )
        #expect(complaint(deeper.document.root).hasPrefix("error[toml.too-deep]: more than 128 levels"))
    }

    @Test func `nested containers encode`() throws {
        struct Manual: Encodable {
            enum Keys: String, CodingKey { case a, b }
            func encode(to encoder: any Encoder) throws {
                var table = encoder.container(keyedBy: Keys.self)
                var inner = table.nestedContainer(keyedBy: Keys.self, forKey: .b)
                try inner.encode(1, forKey: .a)
                var array = table.nestedUnkeyedContainer(forKey: .a)
                try array.encode("x")
                var row = array.nestedUnkeyedContainer()
                try row.encode(true)
            }
        }
        #expect(try encode(Manual()) == "a = [\"x\", [true]]\n\n[b]\na = 1\n")
    }

    @Test func `a document encodes as what it says`() throws {
        let toml = "b = 1\na.c = [{d = 1}, {}]\n[e]\nf = 2020-01-01\n"
        let document = try TOMLDocument(Array(toml.utf8), name: "x")
        let again = try TOMLDocument(try TOMLEncoder().encode(document.root), name: "x")
        #expect(plain(again.root) == "{b: 1, a: {c: [{d: 1}, {}]}, e: {f: 2020-01-01}}")
    }
}
