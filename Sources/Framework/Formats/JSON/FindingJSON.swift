package import Diagnostics

/// Findings as JSON objects, with the same parts as the lines that people read.
package enum FindingJSON {
    /// One finding as a line.
    package static func line(_ diagnostic: Diagnostic) -> String {
        var json = JSONWriter()
        write(diagnostic, to: &json)
        return VisibleText.json(String(decoding: json.takeBytes(), as: UTF8.self)) + "\n"
    }

    package static func write(_ diagnostic: Diagnostic, to json: inout JSONWriter) {
        // Once for all: of a cause, too, what it quotes of the text is hidden.
        write(withoutSecrets: diagnostic.withoutSecrets, to: &json)
    }

    private static func write(withoutSecrets diagnostic: Diagnostic, to json: inout JSONWriter) {
        json.beginObject()
        json.member("severity", diagnostic.severity.rawValue)
        json.member("code", diagnostic.code.name)
        json.member("category", diagnostic.category.rawValue)
        json.member("message", diagnostic.message)
        if let hint = diagnostic.hint { json.member("hint", hint) }
        switch diagnostic.place {
        case .text(let range):
            json.member("file", range.text.name)
            json.member("line", range.start.line)
            json.member("column", range.start.column)
            json.member("endLine", range.end.line)
            json.member("endColumn", range.end.column)
        case .stage(let stage, let position):
            json.member("stage", stage)
            if let position { json.member("position", position) }
        case .file(let path):
            json.member("file", path)
        case nil:
            break
        }
        switch diagnostic.cause {
        case .diagnostic(let cause):
            json.key("cause")
            write(withoutSecrets: cause, to: &json)
        case .text(let text):
            json.key("cause")
            json.object { json in json.member("message", text) }
        case nil: break
        }
        json.endObject()
    }
}
