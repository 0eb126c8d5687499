internal import Diagnostics

/// Errors that end the reading of a text.
extension CSVCutter {
    /// The line of a place of the window.
    func line(at place: Int) -> Int { line + CSVLines.count(bytes, start..<place) }

    var encodingFault: Diagnostic {
        Diagnostic(
            "csv.encoding",
            message: "the text is UTF-16, where UTF-8 was expected",
            at: .file("\(name):1"),
            hint: "save the file as UTF-8 and give it again, or state its encoding"
        )
    }

    /// The error for a record that a reader of single records cannot read.
    func faultyRecord(_ fault: CSVFault, line: Int) -> Diagnostic {
        Diagnostic(
            Diagnostic.Code(fault.code),
            message: fault.reason,
            at: .file("\(name):\(line)"),
            hint: syntax.escape == .doubled
                ? "a quote within a quoted field is written twice: \"\""
                : "a quote within a quoted field is written after a backslash: \\\""
        )
    }

    func unclosedQuote(at place: Int) -> Diagnostic {
        Diagnostic(
            "csv.unclosed-quote",
            message: "the text ends within a field whose quote is never closed",
            at: .file("\(name):\(line(at: place))"),
            hint: "the file may have been cut off"
        )
    }

    func recordTooLong(at place: Int) -> Diagnostic {
        let limit = maximumRecordSize
        var quote: Int?
        // As many bytes as are there however they were read.
        let found = scanner.record(in: bytes, from: place, upTo: place + limit + 1, isLast: false) { _ in }
        if case .incomplete(let open) = found { quote = open }
        return Diagnostic(
            "csv.record-too-long",
            message: "the record has more than \(limit) bytes"
                + (quote.map { "; it has a quote on line \(line(at: $0)) that is not closed" } ?? ""),
            at: .file("\(name):\(line(at: place))"),
            hint: "look for a quote that is never closed"
        )
    }
}
