import Formats

/// A CSV file with one kind of pollution, and what a person would read in it.
struct Pollution: Sendable {
    let name: String
    let bytes: [UInt8]
    /// The dialect, as a person would state it.
    let dialect: CSVKnownDialect
    /// Whether the file has no header.
    let header: [String]
    let rows: [[String?]]
}

extension Pollution {
    /// The table that is polluted.
    static let table: (header: [String], rows: [[String?]]) = {
        let header = ["id", "name", "city", "date", "amount", "note", "ratio", "code"]
        let names = ["Anna Karenina", "Léon Blum", "Smith, John", "O'Brien", "Dr. \"Bob\" Ray", "Wei", "Müller", "Ana"]
        let cities = ["Paris", "New York", "São Paulo", "Köln", "Oslo", "Lima", "Bonn"]
        let notes = [nil, "ok", "late; again", "two\nlines", "see p. 7", nil, "a | b", "x"]
        let rows = (0..<14).map { row -> [String?] in
            [
                "\(1000 + row)", names[row % 8], cities[row % 7],
                "2024-\(row % 3 + 10)-\(row % 19 + 10)", "\(row * 37).\(row % 90 + 10)", notes[row % 8],
                row % 5 == 0 ? nil : "0.\(row + 5)", "\(["AB", "CD", "EF"][row % 3])\(row)",
            ]
        }
        return (header, rows)
    }()

    /// Writes a table.
    struct Form {
        var delimiter = ","
        var quote: Unicode.Scalar? = "\""
        /// Nil for quotes that are not escaped.
        var escape: String? = "\""
        var lineEnds = ["\n"]
        var quotesAll = false

        func field(_ text: String?) -> String {
            guard let text else { return "" }
            guard let quote else { return text }
            let mark = String(quote)
            let isSpecial = text.unicodeScalars.contains(quote) || text.contains(delimiter) || text.contains("\n")
            guard quotesAll || isSpecial || text.hasPrefix("#") else { return text }
            let escaped = escape.map { escape in
                (escape == mark ? text : text.replacing(escape, with: escape + escape))
                    .replacing(mark, with: escape + mark)
            }
            return mark + (escaped ?? text) + mark
        }

        func line(_ fields: [String?], number: Int = 0) -> String {
            fields.map(field).joined(separator: delimiter) + lineEnds[number % lineEnds.count]
        }

        func text(_ header: [String]?, _ rows: [[String?]]) -> String {
            ((header.map { [$0] } ?? []) + rows).enumerated().map { line($1, number: $0) }.joined()
        }

        var dialect: CSVKnownDialect {
            var known = CSVKnownDialect()
            known.delimiter = delimiter
            known.quote = .some(quote)
            known.escape =
                quote == nil
                ? .doubled
                : escape == nil
                    ? CSVSyntax.Escape.none
                    : escape == quote.map { String($0) }
                        ? .doubled : .sign(UInt8(ascii: "\\"))
            known.hasHeader = true
            known.skippedLines = 0
            known.comment = .some(nil)
            return known
        }
    }

    /// All kinds of pollution.
    static let all: [Pollution] = files + headers + records + dialects + cells

    private static func make(
        _ name: String,
        form: Form = Form(),
        header: [String]? = table.header,
        rows: [[String?]] = table.rows,
        edit: (inout String) -> Void = { _ in },
        state: (inout CSVKnownDialect) -> Void = { _ in }
    ) -> Pollution {
        var text = form.text(header, rows)
        edit(&text)
        var dialect = form.dialect
        state(&dialect)
        return Pollution(name: name, bytes: Array(text.utf8), dialect: dialect, header: header ?? [], rows: rows)
    }

    private static var files: [Pollution] {
        var list = [
            make("clean"),
            make("no line end at the end") { $0.removeLast() },
            make("two line ends at the end") { $0 += "\n" },
            make("byte order mark") { $0 = "\u{FEFF}" + $0 },
            make("comments", edit: { $0 = "# made by hand\n# on a Monday\n" + $0 }, state: { $0.comment = .some("#") }),
            make("no records", rows: []),
            Pollution(name: "empty", bytes: [], dialect: Form().dialect, header: [], rows: []),
        ]
        for lines in 1...4 {
            list.append(
                make(
                    "\(lines) lines before the header",
                    edit: { $0 = String(repeating: "Report of the day\n", count: lines) + $0 },
                    state: { $0.skippedLines = lines }
                )
            )
        }
        list.append(
            make(
                "lines and a blank line before",
                edit: { $0 = "Report\nof May\n\n" + $0 },
                state: { $0.skippedLines = 3 }
            )
        )
        let footer: [[String?]] = [["Total: 14"], ["end of report"]]
        list.append(make("footer", rows: table.rows + footer))
        let narrow = table.rows.prefix(6).map { Array($0.prefix(5)) }
        list.append(make("a second, narrower table", rows: table.rows + [["k", "l", "m", "n", "o"]] + narrow))
        list.append(make("a second, wider table", rows: table.rows + table.rows.prefix(5).map { $0 + ["a", "b"] }))
        for encoding in ["utf-16", "utf-16be", "latin-1", "windows-1252"] {
            let clean = make("in \(encoding)") {
                if encoding == "windows-1252" { $0 = $0.replacing("ok", with: "5 €") }
            }
            let rows = encoding == "windows-1252" ? table.rows.map { $0.map { $0 == "ok" ? "5 €" : $0 } } : table.rows
            list.append(
                Pollution(
                    name: clean.name,
                    bytes: encoded(String(decoding: clean.bytes, as: UTF8.self), encoding),
                    dialect: clean.dialect,
                    header: clean.header,
                    rows: rows
                )
            )
        }
        return list
    }

    private static func encoded(_ text: String, _ encoding: String) -> [UInt8] {
        switch encoding {
        case "utf-16": [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case "utf-16be": [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        default: text.unicodeScalars.map { $0 == "€" ? 0x80 : UInt8($0.value) }
        }
    }

    private static var headers: [Pollution] {
        let header = table.header
        return [
            make("no header", header: nil, state: { $0.hasHeader = false }),
            make(
                "two header rows",
                rows: [["(n)", "(text)", "(text)", "(day)", "(EUR)", "", "", ""].map { $0.isEmpty ? nil : $0 }]
                    + table.rows
            ),
            make("a name twice", header: ["id", "name", "name"] + header[3...]),
            make("a blank name", header: ["id", "name", ""] + header[3...]),
            make("all names blank but one", header: ["id"] + Array(repeating: "", count: 7)),
            make("a short header", header: Array(header.dropLast())),
            make("a long header", header: header + ["more"]),
            make("names with numbers", header: ["2021", "2022"] + header[2...]),
            make("names with blanks", header: header.map { "the \($0) of it" }),
        ]
    }

    private static var records: [Pollution] {
        func edited(_ name: String, _ row: Int, _ change: ([String?]) -> [String?]) -> Pollution {
            var rows = table.rows
            rows[row] = change(rows[row])
            return make(name, rows: rows)
        }
        var list: [Pollution] = []
        for row in [0, 1, 8, 13] {
            list.append(edited("a separator more in row \(row)", row) { $0 + [nil] })
            list.append(edited("three separators more in row \(row)", row) { $0 + [nil, nil, nil] })
            list.append(edited("a field less in row \(row)", row) { Array($0.dropLast()) })
            list.append(edited("three fields less in row \(row)", row) { Array($0.dropLast(3)) })
            list.append(edited("only separators in row \(row)", row) { $0.map { _ in nil } })
        }
        list.append(make("a separator more in all rows", rows: table.rows.map { $0 + [nil] }))
        list.append(make("blank rows") { $0 = $0.replacing("\n10", with: "\n\n10") })
        return list
    }

    private static var dialects: [Pollution] {
        var list: [Pollution] = []
        for delimiter in [",", ";", "\t", "|", " ", ", ", ":"] {
            for quote in ["\"", "'"] as [Unicode.Scalar] {
                for escape in [String(quote), "\\", nil] {
                    // Without escapes, a quote before a separator cannot be told from a closing one.
                    let form = Form(delimiter: delimiter, quote: quote, escape: escape)
                    list.append(make("'\(delimiter)', \(quote), escape \(escape ?? "missing")", form: form))
                }
            }
            list.append(make("'\(delimiter)', all quoted", form: Form(delimiter: delimiter, quotesAll: true)))
        }
        let simple = table.rows.map { $0.map { $0?.filter { !",;|\n\"'\t".contains($0) } } }
        for delimiter in [",", ";", "\t", "|"] {
            list.append(make("'\(delimiter)', no quotes", form: Form(delimiter: delimiter, quote: nil), rows: simple))
        }
        for (name, ends) in [
            ("CR LF", ["\r\n"]), ("CR", ["\r"]), ("mixed", ["\n", "\r\n", "\r"]), ("mixed two", ["\n", "\r\n"]),
        ] {
            list.append(make("line ends: \(name)", form: Form(lineEnds: ends)))
            list.append(make("line ends: \(name), semicolons", form: Form(delimiter: ";", lineEnds: ends)))
        }
        return list
    }

    private static var cells: [Pollution] {
        func with(_ name: String, _ text: String) -> Pollution {
            var rows = table.rows
            for row in [0, 7, 13] { rows[row][5] = text }
            return make(name, rows: rows)
        }
        return [
            with("line ends in cells", "one\ntwo\n\nfour"), with("separators in cells", "a,b,,c,"),
            with("quotes in cells", "say \"yes\" and \"no\""), with("a quote at the start", "\"yes"),
            with("a quote at the end", "yes\""), with("only a quote", "\""), with("script", "東京 и Ελλάδα"),
            with("emoji", "🎬👩‍👩‍👧"), with("a long cell", String(repeating: "long text ", count: 1000)),
            with("blanks around", "  padded  "), with("a formula", "=1+1"), with("a backslash", "C:\\temp\\new"),
        ]
    }
}
