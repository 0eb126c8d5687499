internal import Diagnostics

/// The errors of a text that cannot be read any further.
extension JSONCutter {
    private func error(_ code: Diagnostic.Code, message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(code, message: message, category: .data, at: .file(name), hint: hint)
    }

    /// The error for a stop in the window.
    func diagnostic(for stop: JSONStop) -> Diagnostic {
        switch stop {
        case .incomplete: truncated
        case .syntax(.array, let offset), .syntax(.object, let offset), .syntax(.path, let offset): notFound(at: offset)
        case .syntax(let expected, let offset):
            error(
                "json.syntax",
                message: "record \(current.inGroups) is damaged at byte \(self.offset(of: offset)): "
                    + "expected \(expected.description), found \(found(at: offset))",
                hint: "the records before it are intact; fetch or write the file again"
            )
        case .utf8(let offset):
            error(
                "json.utf8",
                message: "a text in record \(current.inGroups) is not UTF-8 at byte \(self.offset(of: offset))",
                hint: "JSON is always UTF-8 (RFC 8259): convert the file"
            )
        case .depth(let offset):
            error(
                "json.depth",
                message: "record \(current.inGroups) is nested more than \(JSONScanner.maximumDepth) levels deep, at "
                    + "byte \(self.offset(of: offset))"
            )
        }
    }

    var truncated: Diagnostic {
        let end = offset(of: window.count)
        guard current > 1 || !rest.allSatisfy(Self.isBlank) else {
            return error("json.truncated", message: "the file ends before its first record, at byte \(end)")
        }
        let isWithin = !rest.allSatisfy(Self.isBlank)
        return error(
            "json.truncated",
            message: isWithin
                ? "the file ends in the middle of record \(current.inGroups), at byte \(end)"
                : "the file ends after record \((current - 1).inGroups), at byte \(end), before the end of its list",
            hint: "the file was cut off: fetch or write it again"
        )
    }

    var tooLarge: Diagnostic {
        error(
            "json.too-large",
            message: (form == .lines ? "line" : "record")
                + " \(current.inGroups), from byte \(placeOfRecord) on, is larger "
                + "than \(maximumRecordSize >> 20) MiB",
            hint: form == .lines
                ? "if one value has all records, read the file as JSON, not as JSON lines"
                : "state the path of the list whose elements are the records"
        )
    }

    /// The error of a text whose path does not lead to an array.
    private func notFound(at offset: Int) -> Diagnostic {
        error(
            "json.not-an-array",
            message:
                "there is no list of records at '\(finder.path.joined(separator: "."))': found \(found(at: offset)) at "
                + "byte \(self.offset(of: offset))",
            hint: "state the keys down to the list, joined by dots"
        )
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

    /// The byte at a place of the window, for messages.
    private func found(at place: Int) -> String { JSONStop.found(place < window.count ? window[place] : nil) }
}

extension JSONStop {
    /// A byte, for messages; nil for the end.
    static func found(_ byte: UInt8?) -> String {
        guard let byte else { return "the end" }
        if byte == 0x20 { return "a space" }
        if 0x21...0x7E ~= byte { return "'\(Character(Unicode.Scalar(byte)))'" }
        let digits = String(byte, radix: 16, uppercase: true)
        return "byte 0x" + (digits.count < 2 ? "0" : "") + digits
    }
}
