internal import Diagnostics
internal import PluginKit

/// A finding of a stage, stored so that a resumed run still reports it at its end.
///
/// A place in a text is left out, because the text may change before the run is resumed. So is a cause.
struct StoredRemark: StoredState {
    let diagnostic: Diagnostic

    init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }

    func write(to writer: inout StateWriter) {
        diagnostic.code.name.write(to: &writer)
        // One text, because earlier versions stored it without the category.
        "\(diagnostic.severity.rawValue) \(diagnostic.category.rawValue)".write(to: &writer)
        diagnostic.message.write(to: &writer)
        diagnostic.hint.write(to: &writer)
        var parts: [String] = []
        switch diagnostic.place {
        case .stage(let stage, let place): parts = ["stage", stage] + (place.map { [$0] } ?? [])
        case .file(let path): parts = ["file", path]
        case .text, nil: break
        }
        parts.write(to: &writer)
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        let code = try String(from: &reader)
        let weight = try String(from: &reader).split(separator: " ").map(String.init)
        let severity = weight.first.flatMap(Diagnostic.Severity.init) ?? .warning
        let category = weight.dropFirst().first.flatMap(Diagnostic.Category.init)
        let message = try String(from: &reader)
        let hint = try String?(from: &reader)
        let parts = try [String](from: &reader)
        let place: Diagnostic.Place? =
            switch (parts.first, parts.count) {
            case ("stage", 2...): .stage(parts[1], at: parts.count > 2 ? parts[2] : nil)
            case ("file", 2): .file(parts[1])
            default: nil
            }
        diagnostic = Diagnostic(
            Diagnostic.Code(code),
            message: message,
            category: category,
            at: place,
            hint: hint,
            severity: severity
        )
    }
}
