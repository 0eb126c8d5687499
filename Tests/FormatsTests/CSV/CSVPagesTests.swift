import Formats
import PluginTestKit
import TestTags
import Testing

/// Pages of CSV against a reader that looks at one byte after the other.
@Suite(.tags(.fuzz)) struct CSVPagesTests {
    static let syntaxes = [
        CSVSyntax(),
        CSVSyntax(delimiter: ";"),
        CSVSyntax(delimiter: "\t", quote: "'"),
        CSVSyntax(delimiter: ", "),
        CSVSyntax(delimiter: "||", escape: .sign(UInt8(ascii: "\\"))),
        CSVSyntax(quote: nil, escape: .none),
        CSVSyntax(quote: nil, escape: .sign(UInt8(ascii: "\\"))),
        CSVSyntax(escape: .sign(UInt8(ascii: "\\"))),
        CSVSyntax(escape: .none),
        CSVSyntax(comment: "#"),
    ]

    /// A text that is made of what matters to a syntax.
    private func text(_ syntax: CSVSyntax, using numbers: inout SeededNumbers) -> [UInt8] {
        let quote = syntax.quote.map { [$0] } ?? [UInt8(ascii: "\"")]
        let field: [UInt8] = quote + Array("x y".utf8) + quote
        var parts: [[UInt8]] = [
            syntax.delimiter, syntax.delimiter, syntax.delimiter, [0x0A], [0x0D, 0x0A], Array("ab".utf8), field,
            Array("é".utf8),
        ]
        // Most texts have few quotes that stand where they should not.
        if Bool.random(using: &numbers) {
            parts += [quote, quote, [0x0D], Array("\\".utf8), Array("#".utf8), Array(" ".utf8), quote + quote]
        }
        if Int.random(in: 0..<4, using: &numbers) == 0 { parts.append(Array(repeating: UInt8(ascii: "z"), count: 61)) }
        let count = Int.random(in: 0...120, using: &numbers)
        return (0..<count).flatMap { _ in parts.randomElement(using: &numbers) ?? [] }
    }

    @Test(arguments: syntaxes.indices)
    func `pages of any size have the records that a simple reader finds`(index: Int) throws {
        let syntax = Self.syntaxes[index]
        var numbers = SeededNumbers(seed: UInt64(index + 1))
        for _ in 0..<60 {
            let text = text(syntax, using: &numbers)
            let expected = ReferenceCSV.records(text, syntax: syntax)
            let size = CSVCutter.PageSize(
                records: Int.random(in: 1...6, using: &numbers),
                bytes: Int.random(in: 1...300, using: &numbers)
            )
            let piece = Int.random(in: 1...70, using: &numbers)
            let table = CSVTable(syntax)
            guard let expected else {
                let found = renderedFault { try table.read(text, piece: piece, size: size) }
                #expect(found?.contains("csv.unclosed-quote") == true, "\(String(decoding: text, as: UTF8.self))")
                continue
            }
            try table.read(text, piece: piece, size: size)
            let sample = String(decoding: text, as: UTF8.self).debugDescription
            #expect(table.rows == expected.compactMap { table.row($0) }, "\(sample) in pieces of \(piece)")
            #expect(table.rejected == expected.filter { $0.fields == nil }.map(\.line), "\(sample)")
        }
    }

    @Test(arguments: syntaxes.indices)
    func `a page can be cut again from where it begins`(index: Int) throws {
        let syntax = Self.syntaxes[index]
        var numbers = SeededNumbers(seed: UInt64(index + 100))
        for _ in 0..<12 {
            let text = text(syntax, using: &numbers)
            guard ReferenceCSV.records(text, syntax: syntax) != nil else { continue }
            let size = CSVCutter.PageSize(records: 3, bytes: 60)
            let whole = CSVTable(syntax)
            try whole.read(text, piece: 50, size: size)
            for start in whole.starts {
                let rest = CSVTable(syntax)
                try rest.read(Array(text[start.offset...]), piece: 7, size: size, from: start)
                #expect(rest.rows == Array(whole.rows.suffix(rest.rows.count)))
                #expect(rest.starts == whole.starts.filter { $0.offset >= start.offset })
            }
        }
    }
}
