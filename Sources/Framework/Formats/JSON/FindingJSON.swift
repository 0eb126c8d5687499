package import Diagnostics

/// Findings as JSON objects, with the same parts as the text for users.
package enum FindingJSON {
    /// One finding as a line.
    package static func line(_ diagnostic: Diagnostic) -> String {
        var json = JSONWriter()
        write(diagnostic, to: &json)
        return VisibleText.json(String(decoding: json.takeBytes(), as: UTF8.self)) + "\n"
    }

    package static func write(_ diagnostic: Diagnostic, to json: inout JSONWriter) {
        // Applied once to the whole: the secrets that a cause quotes are concealed too.
        write(withoutSecrets: diagnostic.withoutSecrets, to: &json)
    }

    private static func write(withoutSecrets diagnostic: Diagnostic, to json: inout JSONWriter) {
        json.beginObject()
        json.member("severity", value: diagnostic.severity.rawValue)
        json.member("code", value: diagnostic.code.name)
        json.member("category", value: diagnostic.category.rawValue)
        json.member("message", value: diagnostic.message)
        if let hint = diagnostic.hint { json.member("hint", value: hint) }
        switch diagnostic.place {
        case .text(let range):
            json.member("file", value: range.text.name)
            json.member("line", value: range.start.line)
            json.member("column", value: range.start.column)
            json.member("endLine", value: range.end.line)
            json.member("endColumn", value: range.end.column)
        case .stage(let stage, let position):
            json.member("stage", value: stage)
            if let position { json.member("position", value: position) }
        case .file(let path):
            json.member("file", value: path)
        case nil:
            break
        }
        switch diagnostic.cause {
        case .diagnostic(let cause):
            json.key("cause")
            write(withoutSecrets: cause, to: &json)
        case .text(let text):
            json.key("cause")
            json.object { json in json.member("message", value: text) }
        case nil: break
        }
        json.endObject()
    }
}
