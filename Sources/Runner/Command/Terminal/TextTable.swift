internal import Diagnostics

/// Rows of text in aligned columns; a cell is one line, whatever it contains.
struct TextTable {
    private let numbers: Set<Int>
    private var rows: [[String]] = []

    /// A table without rows.
    ///
    /// - Parameter numbers: The columns that are aligned to the right, counted from 0; the others are aligned to the
    ///   left.
    init(numbers: Set<Int> = []) { self.numbers = numbers }

    mutating func append(_ row: String...) { rows.append(row.map { VisibleText.line($0) }) }

    mutating func append(_ row: [String]) { rows.append(row) }

    /// A line for each row, indented by `indent` spaces.
    func lines(indent: Int = 0) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = String(repeating: " ", count: indent)
            for (column, cell) in row.enumerated() {
                if column > 0 { line += "  " }
                if numbers.contains(column) {
                    line += cell.indented(to: widths[column])
                } else {
                    line += column == row.count - 1 ? cell : cell.padded(to: widths[column])
                }
            }
            // An empty cell at the end leaves no trailing spaces.
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
