/// Where a page of a source of files begins.
///
///     0:1048600:11204:11190+     file, byte, line, record, and whether the page leads on
package struct FileCursor: LosslessStringConvertible, Hashable, Sendable {
    /// The index of the file in the order in which files are read.
    package let file: Int
    /// The offset in the text of the file: unpacked, and in UTF-8 if it has another encoding.
    package let offset: Int
    /// The line of that byte, counted from 1.
    package let line: Int
    /// The number of records of the file before it.
    package let record: Int
    /// Whether the page also states which pages follow it.
    package let leads: Bool

    /// Whether it is the first page of the source.
    var isStart: Bool { file == 0 && offset == 0 }

    package init(file: Int, offset: Int = 0, line: Int = 1, record: Int = 0, leads: Bool = false) {
        self.file = file
        self.offset = offset
        self.line = line
        self.record = record
        self.leads = leads
    }

    package init?(_ description: String) {
        let leads = description.hasSuffix("+")
        let parts = (leads ? description.dropLast() : description[...])
            .split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 4, let file = parts[0], let offset = parts[1], let line = parts[2], let record = parts[3],
            // Larger than any file, and the numbers of its records can be added.
            [file, offset, line, record].allSatisfy({ 0...1 << 53 ~= $0 }), line >= 1
        else { return nil }
        self.init(file: file, offset: offset, line: line, record: record, leads: leads)
    }

    package var description: String { "\(file):\(offset):\(line):\(record)\(leads ? "+" : "")" }

    /// The same place, for a page that leads on or does not.
    func leading(_ leads: Bool) -> FileCursor {
        FileCursor(file: file, offset: offset, line: line, record: record, leads: leads)
    }
}
