internal import Formats
internal import InputFiles

/// How the records of JSON files are arranged.
struct JSONLayout: Sendable, Hashable {
    let form: JSONCutter.Form
    /// The keys down to the array with the records.
    var path: [String] = []
}

/// A JSON file that is being read.
final class JSONOpenFile {
    let cutter: JSONCutter
    private let input: InputBytes

    /// Opens a file at a place.
    init(_ entry: InputFileEntry, of files: InputFiles, layout: JSONLayout, at position: FileCursor) async throws {
        var (offset, line) = (position.offset, position.line)
        if layout.form == .lines, offset == 0, let start = entry.start {
            (offset, line) = (start.offset, start.lines + 1)
        }
        let beginning = JSONCutter(
            layout.form,
            name: entry.name,
            path: layout.path,
            expectedSize: entry.size
        )
        guard offset > 0 else {
            input = try await files.open(entry)
            cutter = beginning
            return
        }
        if layout.form == .values {
            // Only the beginning shows whether the records are the elements of an array.
            let head = try await files.open(entry)
            while try !beginning.hasFound() { beginning.take(try await head.read(into: beginning.room())) }
        }
        input = try await files.open(entry, at: offset)
        cutter = beginning.resumed(at: offset, number: layout.form == .lines ? line : position.record + 1)
    }

    /// The next page; nil at the end of the file.
    func nextPage(mostRecords: Int, usualBytes: Int) async throws -> JSONPage? {
        cutter.mostRecords = mostRecords
        cutter.usualBytes = usualBytes
        while true {
            if let page = try cutter.next() { return page }
            if cutter.isAtEnd { return nil }
            cutter.take(try await input.read(into: cutter.room()))
        }
    }
}
