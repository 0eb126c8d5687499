import Diagnostics
import TOML
import TOMLSamples
import Testing

@Suite struct PropertyTests {
    /// A value made up at random.
    indirect enum Made: Encodable {
        case string(String), integer(Int64), float(Double), boolean(Bool), date(LocalDate), instant(OffsetDateTime)
        case array([Made]), table([(String, Made)])

        struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .string(let value): try value.encode(to: encoder)
            case .integer(let value): try value.encode(to: encoder)
            case .float(let value): try value.encode(to: encoder)
            case .boolean(let value): try value.encode(to: encoder)
            case .date(let value): try value.encode(to: encoder)
            case .instant(let value): try value.encode(to: encoder)
            case .array(let values): try values.encode(to: encoder)
            case .table(let pairs):
                var container = encoder.container(keyedBy: Key.self)
                for (key, value) in pairs { try container.encode(value, forKey: Key(stringValue: key)) }
            }
        }

        /// As `canonical` writes what a document says.
        var canonical: String {
            switch self {
            case .string(let value): value.debugDescription
            case .integer(let value): "\(value)"
            case .float(let value): "\(value)"
            case .boolean(let value): "\(value)"
            case .date(let value): "\(value)"
            case .instant(let value): "\(value)"
            case .array(let values): "[" + values.map(\.canonical).joined(separator: ", ") + "]"
            case .table(let pairs):
                "{" + pairs.map { "\($0.debugDescription): \($1.canonical)" }.sorted().joined(separator: ", ") + "}"
            }
        }

        static func random(_ dice: inout Dice, depth: Int) -> Made {
            switch dice.roll(depth > 0 ? 9 : 6) {
            case 0: return .string(text(&dice))
            case 1: return .integer(Int64(dice.roll(1 << 30)) * Int64(dice.roll(1 << 30)) - Int64(1 << 59))
            case 2: return .float(Double(dice.roll(1 << 30)) / Double(1 + dice.roll(1 << 20)) - 100)
            case 3: return .boolean(dice.roll(2) == 0)
            case 4:
                return LocalDate(year: dice.roll(10000), month: 1 + dice.roll(12), day: 1 + dice.roll(28)).map {
                    .date($0)
                } ?? .boolean(true)
            case 5:
                guard let date = LocalDate(year: dice.roll(10000), month: 1 + dice.roll(12), day: 1 + dice.roll(28)),
                    let time = LocalTime(
                        hour: dice.roll(24),
                        minute: dice.roll(60),
                        second: dice.roll(60),
                        nanosecond: dice.roll(1_000_000_000)
                    )
                else { return .boolean(false) }
                return .instant(
                    OffsetDateTime(
                        local: LocalDateTime(date: date, time: time),
                        offsetInMinutes: dice.roll(2879) - 1439
                    )
                )
            case 6: return .array((0..<dice.roll(5)).map { _ in random(&dice, depth: depth - 1) })
            default: return table(&dice, depth: depth - 1)
            }
        }

        static func table(_ dice: inout Dice, depth: Int) -> Made {
            .table((0..<dice.roll(12)).map { ("\(text(&dice))\($0)", random(&dice, depth: depth)) })
        }

        private static func text(_ dice: inout Dice) -> String {
            let pieces = [
                "a", "Z", "0", "_", "-", " ", ".", "\"", "'", "\\", "\n", "\r\n", "\t", "\0", "é", "日", "😀", "#", "=",
                "[", "]", "{", "}", "\u{7F}",
            ]
            return (0..<dice.roll(8)).map { _ in pieces[dice.roll(pieces.count)] }.joined()
        }
    }

    private func canonical(_ value: TOMLValue) -> String {
        switch value.kind {
        case .table:
            "{"
                + value.entries.map { "\($0.key.debugDescription): \(canonical($0.value))" }.sorted().joined(
                    separator: ", "
                ) + "}"
        case .array: "[" + value.elements.map(canonical).joined(separator: ", ") + "]"
        default: plain(value)
        }
    }

    @Test func `what is encoded says what was said`() throws {
        var dice = Dice()
        for _ in 0..<100 {
            let made = Made.table(&dice, depth: 4)
            for version in TOMLVersion.allCases {
                let document = try TOMLDocument(TOMLEncoder().encode(made), name: "x", options: .init(version: version))
                #expect(canonical(document.root) == made.canonical)
            }
        }
    }

    /// Valid documents of every kind.
    static let documents =
        SampleDocument.all(size: 3000).map { Subject(name: $0.name, bytes: $0.bytes) }
        + [Subject(name: "every kind of value", bytes: Array(ValueTests.toml.utf8))]

    /// A document that is called by its name where a test is: its bytes would fill pages.
    struct Subject: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        var testDescription: String { name }
    }

    @Test(arguments: documents)
    func `layout changes nothing`(subject: Subject) throws {
        let bytes = subject.bytes
        let meaning = plain(bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!meaning.contains("toml."))
        #expect(plain(text.replacing("\n", with: "\r\n")) == meaning)
        var trimmed = bytes
        while trimmed.last == UInt8(ascii: "\n") { trimmed.removeLast() }
        #expect(plain(trimmed) == meaning)
        #expect(plain([0xEF, 0xBB, 0xBF] + bytes) == meaning)
        #expect(plain(Array("# before\n\n".utf8) + bytes + Array("\n  # behind".utf8)) == meaning)
    }

    @Test(arguments: documents)
    func `cutting a document anywhere is no catastrophe`(subject: Subject) {
        let bytes = subject.bytes
        for end in stride(from: 0, through: min(bytes.count, 3000), by: 17) { check(Array(bytes[..<end])) }
    }

    @Test(arguments: documents)
    func `damage at random is no catastrophe`(subject: Subject) {
        let bytes = subject.bytes
        var dice = Dice()
        let signs = Array("\"'[]{}=.,#\\\n\r\t 0aeT:-_\u{0}\u{FF}é".utf8) + [0xFF, 0xC3]
        for _ in 0..<150 {
            var damaged = bytes
            for _ in 0...dice.roll(4) {
                let place = dice.roll(damaged.count)
                switch dice.roll(4) {
                case 0: damaged[place] = signs[dice.roll(signs.count)]
                case 1: damaged.insert(signs[dice.roll(signs.count)], at: place)
                case 2: damaged.removeSubrange(place..<min(damaged.count, place + 1 + dice.roll(20)))
                default:
                    damaged.insert(contentsOf: damaged[place..<min(damaged.count, place + dice.roll(60))], at: place)
                }
            }
            check(damaged)
        }
    }

    /// Whatever the bytes are, there is an answer, and its places are inside.
    private func check(_ bytes: [UInt8]) {
        let (document, problems) = TOMLDocument.recovering(bytes, name: "x")
        let lines = 1 + bytes.dropLast().count { $0 == UInt8(ascii: "\n") }
        for problem in problems {
            guard case .text(let range) = problem.place else {
                Issue.record("no place")
                continue
            }
            #expect(range.offsets.upperBound <= bytes.count && range.start.line <= lines)
        }
        if let first = problems.all.first { #expect(!first.rendered().isEmpty) }
        _ = plain(document.root)
    }
}
