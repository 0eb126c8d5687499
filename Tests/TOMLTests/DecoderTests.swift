import Diagnostics
import TOML
import Testing

@Suite struct DecoderTests {
    struct Pipeline: Decodable, Equatable {
        struct Source: Decodable, Equatable {
            let use: String
            var page_size: Int?
        }

        enum Store: String, Decodable { case memory, disk }

        let name: String
        var store: Store?
        var source: [Source]?
        var limits: [String: Double]?
        var small: UInt8?
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type,
        _ toml: String,
        _ decoder: TOMLDecoder = TOMLDecoder()
    ) throws(DiagnosticList) -> Value {
        try decoder.decode(type, from: Array(toml.utf8), name: "x.toml")
    }

    private func complaint<Value: Decodable>(
        _ type: Value.Type,
        _ toml: String,
        _ decoder: TOMLDecoder = TOMLDecoder()
    ) -> String {
        do throws(DiagnosticList) {
            _ = try decode(type, toml, decoder)
            return "nothing"
        } catch {
            return error.map { $0.rendered() }.joined(separator: "\n")
        }
    }

    @Test func `a document becomes what it describes`() throws {
        let pipeline = try decode(
            Pipeline.self,
            "name = 'n'\nstore = 'disk'\nlimits = {a = 1, b = 1.5}\nsmall = 255\n[[source]]\nuse = 'a'\npage_size = 5\n[[source]]\nuse = 'b'"
        )
        #expect(
            pipeline
                == Pipeline(
                    name: "n",
                    store: .disk,
                    source: [.init(use: "a", page_size: 5), .init(use: "b")],
                    limits: ["a": 1, "b": 1.5],
                    small: 255
                )
        )
    }

    @Test func `a value of another kind is reported at its place`() {
        #expect(
            complaint(Pipeline.self, "name = 'n'\n[[source]]\nuse = 5") == """
                x.toml:3:7: error[toml.type-mismatch]: a string is expected, found an integer
                    3 | use = 5
                      |       ^
                """
        )
        #expect(
            complaint(Pipeline.self, "name = []").contains(
                "x.toml:1:8: error[toml.type-mismatch]: a string is expected, found an array"
            )
        )
        #expect(
            complaint(Pipeline.self, "name = 'n'\nsource = {}").contains(
                "x.toml:2:10: error[toml.type-mismatch]: an array is expected, found a table"
            )
        )
        #expect(
            complaint(Pipeline.self, "name = 'n'\nsource = [1]").contains(
                "x.toml:2:11: error[toml.type-mismatch]: a table is expected, found an integer"
            )
        )
        #expect(
            complaint(Pipeline.self, "name = 'n'\nlimits = {a = 'x'}").contains(
                "x.toml:2:15: error[toml.type-mismatch]: a number is expected, found a string"
            )
        )
    }

    @Test func `a missing key is reported at its table, with what was probably meant`() {
        #expect(
            complaint(Pipeline.self, "name = 'n'\n[[source]]\nuses = 'a'") == """
                x.toml:2:1: error[toml.key-not-found]: the key 'use' is missing in 'source[0]'
                    2 | [[source]]
                      | ^^^^^^^^^^ is 'uses' meant to be 'use'?
                """
        )
    }

    @Test func `a number that does not fit its type is reported with the range`() {
        #expect(
            complaint(Pipeline.self, "name = 'n'\nsmall = 256") == """
                x.toml:2:9: error[toml.number-range]: 256 is out of range: 0...255
                    2 | small = 256
                      |         ^^^
                """
        )
        #expect(complaint([String: Double].self, "a = 9007199254740993").contains("1:5: error[toml.number-range]"))
        #expect(complaint([String: UInt].self, "a = -1").contains("1:5: error[toml.number-range]"))
    }

    @Test func `what a type itself refuses is reported at its place`() {
        #expect(
            complaint(Pipeline.self, "name = 'n'\nstore = 'tape'").contains("x.toml:2:9: error[toml.invalid-value]: ")
        )
        struct Even: Decodable {
            struct Odd: Error, CustomStringConvertible { var description: String { "that is odd" } }
            init(from decoder: any Decoder) throws {
                if try decoder.singleValueContainer().decode(Int.self) % 2 != 0 { throw Odd() }
            }
        }
        #expect(
            complaint([String: [Even]].self, "a = [2, 4, 5]").contains(
                "x.toml:1:12: error[toml.invalid-value]: that is odd"
            )
        )
        struct Named: Decodable {
            init(from decoder: any Decoder) throws { throw Diagnostic("plugin.unknown", message: "no such plugin") }
        }
        #expect(complaint([String: Named].self, "a = 1").contains("x.toml:1:5: error[plugin.unknown]: no such plugin"))
    }

    @Test func `unknown keys are passed over, or all told with what was probably meant`() throws {
        let toml = "name = 'n'\nstor = 'disk'\n[[source]]\nuse = 'a'\npage_sise = 5\n[other]\nx = 1"
        #expect(try decode(Pipeline.self, toml).name == "n")
        #expect(
            complaint(Pipeline.self, toml, TOMLDecoder(unknownKeys: .refused)) == """
                x.toml:2:1: error[toml.unknown-key]: there is no key 'stor'
                    2 | stor = 'disk'
                      | ^^^^ did you mean 'store'?
                x.toml:5:1: error[toml.unknown-key]: there is no key 'page_sise' in 'source[0]'
                    5 | page_sise = 5
                      | ^^^^^^^^^ did you mean 'page_size'?
                x.toml:6:2: error[toml.unknown-key]: there is no key 'other'
                    6 | [other]
                      |  ^^^^^ known: limits, name, small, source, store
                """
        )
        let document = try TOMLDocument(Array(toml.utf8), name: "x")
        let (_, unknown) = try TOMLDecoder().decodeReportingUnknownKeys(Pipeline.self, from: document.root)
        #expect(unknown.all.count == 3)
    }

    @Test func `a located value knows its place`() throws {
        struct Step: Decodable {
            let use: Located<String>
            let tags: Located<[Located<Int>]>
        }
        let step = try decode(Step.self, "tags = [1,\n 22]\nuse = 'a'")
        #expect(step.use.value == "a")
        #expect(step.use.range.start == SourcePosition(line: 3, column: 7))
        #expect(step.use.keyRange?.start == SourcePosition(line: 3, column: 1))
        #expect(step.tags.value[1].value == 22)
        #expect(step.tags.value[1].range.start == SourcePosition(line: 2, column: 2))
    }

    @Test func `a part of the document can stay what it is`() throws {
        struct Stage: Decodable {
            let use: String
            let with: TOMLValue
        }
        let decoder = TOMLDecoder(unknownKeys: .refused)
        let stage = try decode(Stage.self, "use = 'a'\n[with]\nx = 1\ny = 2", decoder)
        #expect(plain(stage.with) == "{x: 1, y: 2}")
    }

    @Test func `date-times keep their kinds`() throws {
        struct Times: Codable, Equatable {
            let a: LocalDate
            let b: LocalTime
            let c: LocalDateTime
            let d: OffsetDateTime
        }
        let times = try decode(
            Times.self,
            "a = 2020-01-01\nb = 07:32\nc = 2020-01-01 07:32\nd = 2020-01-01T07:32:00.5+01:00"
        )
        #expect(times.d.offsetInMinutes == 60)
        #expect(try TOMLDecoder().decode(Times.self, from: TOMLEncoder().encode(times), name: "x") == times)
        #expect(
            complaint(Times.self, "a = 2020-01-01T00:00:00").contains(
                "a date is expected, found a date-time without an offset"
            )
        )
        #expect(complaint(Times.self, "a = '2020-01-01'").contains("a date is expected, found a string"))
    }

    @Test func `two keys that Swift takes for one are refused, not merged`() {
        let text = complaint([String: Int].self, "\"\u{E9}\" = 1\n\"e\u{301}\" = 2")
        #expect(text.contains("x.toml:2:1: error[toml.ambiguous-key]"))
    }

    @Test func `nested containers, inheritance and loops decode`() throws {
        class Base: Decodable {
            let a: Int
        }
        final class Derived: Base {
            let b: [[Int]]
            enum Keys: String, CodingKey { case b }
            required init(from decoder: any Decoder) throws {
                var rows = try decoder.container(keyedBy: Keys.self).nestedUnkeyedContainer(forKey: .b)
                var b: [[Int]] = []
                while !rows.isAtEnd {
                    var row = try rows.nestedUnkeyedContainer()
                    var values: [Int] = []
                    while !row.isAtEnd { values.append(try row.decode(Int.self)) }
                    b.append(values)
                }
                self.b = b
                try super.init(from: decoder)
            }
        }
        let derived = try decode(Derived.self, "a = 1\nb = [[1, 2], [], [3]]", TOMLDecoder(unknownKeys: .refused))
        #expect(derived.a == 1 && derived.b == [[1, 2], [], [3]])
    }

    @Test func `an array that ends too soon is reported`() {
        struct Two: Decodable {
            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                _ = try values.decode(Int.self)
                _ = try values.decode(Int.self)
            }
        }
        #expect(
            complaint([String: Two].self, "a = [1]").contains(
                "1:5: error[toml.type-mismatch]: more than 1 element is expected"
            )
        )
    }
}
