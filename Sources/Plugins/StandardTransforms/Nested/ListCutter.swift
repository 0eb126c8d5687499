internal import PluginKit

/// Cuts the lists of a column into their elements.
struct ListCutter: Sendable {
    /// The elements of the lists of a batch.
    struct Lists {
        /// The elements that fit, in one column.
        var values: Batch
        /// That column.
        var field: Field
        /// The number of the first element of each list, and the number of all.
        var starts: [Int] = [0]
        /// The row in `values` of each element; nil for null.
        var places: [Int?] = []
        /// The records that cannot be used.
        var faults = RowFaults()
    }

    private enum Way: Sendable {
        /// JSON lists, and the key with which their elements are decoded.
        case json(JSONPageDecoder, key: [UInt8])
        /// Texts between separators.
        case parts(separator: [UInt8])
    }

    private let column: Schema.Column
    private let reader: CellReader
    private let way: Way

    /// A cutter of JSON lists, or of texts with a separator.
    init(_ declared: DeclaredColumn, separator: String?) {
        column = Schema.Column(declared.name, kind: declared.kind ?? .text, holdsJSON: declared.holdsJSON)
        reader = declared.reader() ?? .text
        if let separator {
            way = .parts(separator: Array(separator.utf8))
            return
        }
        let field = Field(index: 0, kind: column.kind)
        let path = [declared.header]
        var key = JSONWriter()
        key.write(declared.header)
        way = .json(
            JSONPageDecoder([
                declared.holdsJSON ? .json(path, into: field) : .declared(path, into: field, reader: reader)
            ]),
            key: Array(key.takeBytes())
        )
    }

    /// Cuts the lists of a batch.
    ///
    /// - Parameters:
    ///   - field: The column.
    ///   - batch: The records.
    ///   - name: The name of the column, for messages.
    ///   - most: How many elements they may have together.
    /// - Returns: The elements; nil if there are more, and then little was read beyond them.
    func cut(_ field: Field, of batch: borrowing Batch, name: String, atMost most: Int) -> Lists? {
        var lists = Lists(values: Batch(Schema([column])), field: Field(index: 0, kind: column.kind))
        switch way {
        case .json(let decoder, let key):
            cutJSON(field, of: batch, decoder: decoder, key: key, name: name, atMost: most, into: &lists)
        case .parts(let separator):
            cutParts(field, of: batch, separator: separator, atMost: most, into: &lists)
        }
        return (lists.starts.last ?? 0) <= most ? lists : nil
    }

    // MARK: JSON

    private func cutJSON(
        _ field: Field,
        of batch: borrowing Batch,
        decoder: JSONPageDecoder,
        key: [UInt8],
        name: String,
        atMost most: Int,
        into lists: inout Lists
    ) {
        var texts = JSONTexts()
        var rows: [Int] = []
        let cells = batch[texts: field]
        for row in 0..<cells.count {
            var count = 0
            if let cell = cells[row] {
                cell.withUnsafeBufferPointer { cell in
                    if let found = texts.append(elementsOf: cell, as: key, atMost: most - rows.count) {
                        count = found
                    } else if !cell.elementsEqual("null".utf8) {
                        let text = VisibleText.line(String(decoding: cell, as: UTF8.self), atMost: 80)
                        lists.faults.add(
                            row,
                            code: "explode.value",
                            because: "column '\(name)': \(text.debugDescription) is not a JSON list"
                        )
                    }
                }
            }
            rows.append(contentsOf: repeatElement(row, count: count))
            lists.starts.append(rows.count)
            guard rows.count <= most else { return }
        }
        let result = decoder.decode(texts.page(), into: &lists.values)
        lists.places = [Int?](repeating: nil, count: rows.count)
        if let numbers = result.numbers {
            for (place, number) in numbers.enumerated() { lists.places[Int(number) - 1] = place }
        } else {
            for place in 0..<lists.values.count { lists.places[place] = place }
        }
        for fault in result.faults {
            let row = rows[fault.number - 1]
            let number = fault.number - lists.starts[row]
            lists.faults.add(row, code: "explode.value", because: "element \(number): \(fault.reason)")
        }
    }

    // MARK: Parts of texts

    private func cutParts(
        _ field: Field,
        of batch: borrowing Batch,
        separator: [UInt8],
        atMost most: Int,
        into lists: inout Lists
    ) {
        var parts: [(row: Int, part: Range<Int>)] = []
        let cells = batch[texts: field]
        for row in 0..<cells.count {
            if let cell = cells[row] {
                cell.withUnsafeBufferPointer { cell in
                    for part in Self.parts(of: cell, separator: separator, atMost: most - parts.count) {
                        parts.append((row, part))
                    }
                }
            }
            lists.starts.append(parts.count)
            guard parts.count <= most else { return }
        }
        var wrong: [(row: Int, number: Int, text: String)] = []
        let starts = lists.starts
        let values = lists.field
        lists.values.appendRows(atMost: parts.count) { rows in
            rows.fill(values) { out in
                for (index, (row, part)) in parts.enumerated() {
                    guard let cell = cells[row] else {
                        out.appendNull()
                        continue
                    }
                    cell.extracting(part).withUnsafeBufferPointer { text in
                        guard !reader.append(text, to: &out) else { return }
                        out.appendNull()
                        wrong.append((row, index - starts[row] + 1, String(decoding: text, as: UTF8.self)))
                    }
                }
            }
            rows.endRows(parts.count)
        }
        lists.places = parts.indices.map { $0 }
        for (row, number, text) in wrong {
            let shown = VisibleText.line(text, atMost: 80).debugDescription
            lists.faults.add(
                row,
                code: "explode.value",
                because: "element \(number): \(shown) is not \(reader.expected)"
            )
        }
    }

    /// The parts between separators, without blanks around them; none of a blank text, and if there are more than `most`,
    /// only one more.
    private static func parts(
        of text: UnsafeBufferPointer<UInt8>,
        separator: [UInt8],
        atMost most: Int
    ) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var (start, index) = (0, 0)
        while index <= text.count - separator.count, parts.count <= most {
            if text[index..<index + separator.count].elementsEqual(separator) {
                parts.append(trimmed(start..<index, of: text))
                index += separator.count
                start = index
            } else {
                index += 1
            }
        }
        parts.append(trimmed(start..<text.count, of: text))
        return parts.count == 1 && parts[0].isEmpty ? [] : parts
    }

    private static func trimmed(_ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, text[lower] == 0x20 || text[lower] == 0x09 { lower += 1 }
        while upper > lower, text[upper - 1] == 0x20 || text[upper - 1] == 0x09 { upper -= 1 }
        return lower..<upper
    }
}
