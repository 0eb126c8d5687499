import Diagnostics
import TestTags
import Testing

@testable import Formats

/// What a cutter does with long records, and with much before the first one.
@Suite struct CSVCutterTests {
    /// The numbers of records of the pages, and how reading ended.
    private func outcome(_ text: String, piece: Int) -> String {
        let size = CSVCutter.PageSize(records: 3)
        let cutter = CSVCutter(CSVSyntax(), name: "t.csv", pageSize: size, maximumRecordSize: 100)
        var input = TextPieces(Array(text.utf8), piece: piece)
        var pages: [Int] = []
        do throws(Diagnostic) {
            while true {
                if let page = try cutter.next() {
                    pages.append(page.recordCount)
                } else if cutter.isAtEnd {
                    return "\(pages)"
                } else {
                    cutter.take(try input.read(into: cutter.room()))
                }
            }
        } catch {
            return "\(pages) \(error.code) \(error.message.contains("quote on line"))"
        }
    }

    @Test(
        arguments: [
            ("", 99, "\n"), ("\"x,", 95, "\"\n"), ("\"x\"", 96, "\n"), ("x\"", 97, "\n"), ("\"\n\n\"", 95, "\n"),
        ] as [(String, Int, String)],
        [1, 7, 64, 65, 150, 10_000]
    )
    func `the length of a record decides, however it is read`(
        record: (head: String, count: Int, end: String),
        piece: Int
    ) {
        for more in 0...3 {
            let long = record.head + String(repeating: "x", count: record.count + more) + record.end
            for rest in ["", "b\n", String(repeating: "b\n", count: 200)] {
                let text = "a\na\na\na\n" + long + rest
                let found = outcome(text, piece: piece)
                #expect(found == outcome(text, piece: 10_000))
                let isRead = long.utf8.count <= 100
                #expect(found.hasPrefix(isRead ? "[3, " : "[3] csv.record-too-long "), "\(found) \(long) \(rest)")
                #expect(!isRead || !found.contains("csv."), "\(found) \(long)")
            }
        }
    }

    @Test(arguments: [1, 7, 64, 65, 150, 10_000])
    func `a quote that is never closed is one error, however it is read`(piece: Int) {
        for count in [1, 50, 99, 100, 101, 164, 500] {
            let found = outcome("a\na\na\na\n\"" + String(repeating: "x", count: count), piece: piece)
            let expected = count < 100 ? "[3] csv.unclosed-quote false" : "[3] csv.record-too-long true"
            #expect(found == expected, "\(count)")
        }
    }

    @Test(arguments: ["\n", "# nothing\n", "\r\n"], [0, 20_000])
    func `what is before the first record does not stay in memory`(line: String, skipped: Int) throws {
        let cutter = CSVCutter(CSVSyntax(comment: "#"), name: "t.csv")
        let lines = 1 << 16
        var input = TextPieces(Array((String(repeating: line, count: lines) + "a,b\n1,2\n").utf8), piece: 5000)
        var head: CSVHead?
        while head == nil {
            head = try cutter.readHead(skipping: skipped, isHeader: true)
            guard head == nil else { break }
            #expect(cutter.filled < 64)
            cutter.take(try input.read(into: cutter.room()))
        }
        #expect(head?.fields == ["a", "b"])
        #expect(head?.line == lines + 1)
        #expect(cutter.line == lines + 2)
        #expect(cutter.offset == line.utf8.count * lines + 4)
    }

    @Test(arguments: ["", "a", "a\nb\n", "a\r\n\r"])
    func `more lines to skip than there are end with the text`(text: String) throws {
        let cutter = CSVCutter(CSVSyntax(), name: "t.csv")
        var input = TextPieces(Array(text.utf8), piece: 1)
        var head: CSVHead?
        while head == nil {
            head = try cutter.readHead(skipping: .max, isHeader: true)
            if head == nil { cutter.take(try input.read(into: cutter.room())) }
        }
        #expect(head?.fields == [])
        #expect(try cutter.next() == nil)
        #expect(cutter.isAtEnd)
    }

    @Test(arguments: [1, 64, 10_000], [0, 1])
    func `a line before the first record has the length of a record at most`(piece: Int, skipped: Int) {
        let cutter = CSVCutter(CSVSyntax(comment: "#"), name: "t.csv", maximumRecordSize: 100)
        var input = TextPieces(Array(("#" + String(repeating: "x", count: 100) + "\na\n").utf8), piece: piece)
        let fault = renderedFault {
            while try cutter.readHead(skipping: skipped, isHeader: true) == nil {
                cutter.take(try input.read(into: cutter.room()))
            }
        }
        #expect(fault?.contains("t.csv:1: error[csv.record-too-long]") == true, "\(fault ?? "")")
    }
}
