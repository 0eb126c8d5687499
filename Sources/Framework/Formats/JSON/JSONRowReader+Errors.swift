internal import Diagnostics

/// The errors of the reader.
extension JSONRowReader {
    private var recordNumber: Int { recordsRead + 1 }

    private func error(_ code: Diagnostic.Code, message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(code, message: message, at: .file(name), hint: hint)
    }

    /// The error for a stop, after `dropped` bytes of its window were removed.
    func diagnostic(for stop: JSONStop, after dropped: Int) -> Diagnostic {
        switch stop {
        case .incomplete: truncated()
        case .syntax(let expected, let offset):
            error(
                "json.syntax",
                message: "record \(recordNumber) is damaged at byte \(window.offset + offset - dropped): "
                    + "expected \(expected.description), found \(found(at: offset - dropped))",
                hint: "fetch or unpack the file again; if it stays like this, it is not JSON"
            )
        case .utf8(let offset):
            error(
                "json.utf8",
                message: "a text in record \(recordNumber) is not UTF-8 at byte \(window.offset + offset - dropped): "
                    + "found \(found(at: offset - dropped))",
                hint: "JSON is always UTF-8 (RFC 8259): convert the file, or fetch it again"
            )
        case .depth(let offset):
            error(
                "json.depth",
                message:
                    "record \(recordNumber) is nested more than \(JSONScanner.maximumDepth) levels deep, at byte "
                    + "\(window.offset + offset - dropped)",
                hint: "no service writes such a file; check its contents"
            )
        }
    }

    func truncated() -> Diagnostic {
        let end = window.offset + window.count
        let hint = "the file was cut off: fetch or unpack it again"
        guard window.count > 0 else {
            return error(
                "json.truncated",
                message: recordsRead == 0
                    ? "the file ends before its first record, at byte \(end)"
                    : "the file ends after record \(recordsRead), at byte \(end), without the ']' that closes it",
                hint: hint
            )
        }
        return error(
            "json.truncated",
            message: "the file ends in the middle of record \(recordNumber), byte \(end)",
            hint: hint
        )
    }

    func tooLarge() -> Diagnostic {
        error(
            "json.too-large",
            message: "record \(recordNumber), from byte \(window.offset) on, is larger than "
                + "\(JSONWindow<Input>.largest >> 20) MiB",
            hint: "no record is that large; check whether the file is an array of objects"
        )
    }

    func trailing() -> Diagnostic {
        error(
            "json.syntax",
            message: "there is data after the end of the array, at byte \(window.offset): found \(found(at: 0))",
            hint: "one file holds one array; two files may have been joined"
        )
    }

    func nothing() -> Diagnostic {
        error(
            "json.truncated",
            message: window.offset == 0
                ? "the file is empty; expected a JSON array" : "the file is blank; expected a JSON array",
            hint: "the file was cut off: fetch or unpack it again"
        )
    }

    func notAnArray() -> Diagnostic {
        var start = Array(window.prefix(60))
        let hint: String
        switch (start.first, start.dropFirst().first) {
        case (UInt8(ascii: "<"), _): hint = "this looks like an HTML page: what was fetched is not the data"
        case (UInt8(ascii: "{"), _): hint = "this is one object: an error message, or the wrong file"
        case (0x1F, 0x8B): hint = "this is compressed with gzip: unpack it first"
        case (UInt8(ascii: "P"), UInt8(ascii: "K")): hint = "this is a ZIP archive, not one of its files"
        case (0xFF, 0xFE), (0xFE, 0xFF), (0, _), (_, 0): hint = "this looks like UTF-16: convert it to UTF-8"
        default: hint = "check whether it is the right file"
        }
        let isCut = window.count > start.count
        if isCut {
            // Do not cut a character.
            while let last = start.last, last & 0xC0 == 0x80 { start.removeLast() }
            if let last = start.last, last >= 0xC0 { start.removeLast() }
        }
        let shown = String(decoding: start, as: UTF8.self).onOneLine + (isCut ? "…" : "")
        return error("json.not-an-array", message: "expected a JSON array, found '\(shown)'", hint: hint)
    }

    /// The byte at an offset of the window, for messages.
    private func found(at offset: Int) -> String {
        guard let byte = window.prefix(offset + 1).dropFirst(offset).first else { return "the end" }
        switch byte {
        case 0x21...0x7E: return "'\(Character(Unicode.Scalar(byte)))'"
        case 0x20: return "a space"
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            return "byte 0x" + (digits.count < 2 ? "0" : "") + digits
        }
    }
}

extension String {
    /// The text with spaces in place of line ends.
    fileprivate var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\n" || $0 == "\r" || $0 == "\t" ? " " : $0 }))
    }
}
