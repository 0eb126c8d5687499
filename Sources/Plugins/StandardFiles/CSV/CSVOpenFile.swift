internal import Formats
internal import InputFiles

/// A CSV file that is being read.
final class CSVOpenFile {
    let name: String
    let cutter: CSVCutter
    let layout: CSVFileLayout
    private let input: TextInput

    init(name: String, cutter: CSVCutter, layout: CSVFileLayout, input: TextInput) {
        self.name = name
        self.cutter = cutter
        self.layout = layout
        self.input = input
    }

    /// The next page; nil at the end of the file.
    func nextPage() async throws -> CSVPage? {
        while true {
            if let page = try cutter.next() { return page }
            if cutter.isAtEnd { return nil }
            cutter.take(try await input.read(into: cutter.room()))
        }
    }
}

extension CSVCutter {
    /// Reads the first record of an input: see `readHead(skipping:isHeader:)`.
    func head(of input: TextInput, skipping lines: Int, isHeader: Bool) async throws -> CSVHead {
        while true {
            if let head = try readHead(skipping: lines, isHeader: isHeader) { return head }
            take(try await input.read(into: room()))
        }
    }
}
