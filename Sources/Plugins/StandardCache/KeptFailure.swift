internal import PluginKit

/// A failure as a cache stores it, with its category and its causes.
///
/// A place in a text or in a file is omitted: it may have changed by then.
struct KeptFailure: StoredState {
    let diagnostic: Diagnostic

    /// The maximum depth of causes.
    private static let mostCauses = 8

    init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }

    func write(to writer: inout StateWriter) { Self.write(diagnostic, to: &writer, causes: Self.mostCauses) }

    private static func write(_ diagnostic: Diagnostic, to writer: inout StateWriter, causes: Int) {
        for text in [diagnostic.code.name, diagnostic.message] { text.write(to: &writer) }
        diagnostic.hint.write(to: &writer)
        switch diagnostic.place {
        case .stage(let stage, let at):
            Optional(stage).write(to: &writer)
            at.write(to: &writer)
        case .text, .file, nil:
            String?.none.write(to: &writer)
        }
        diagnostic.category.rawValue.write(to: &writer)
        switch diagnostic.cause {
        case .diagnostic(let cause) where causes > 0:
            "diagnostic".write(to: &writer)
            write(cause, to: &writer, causes: causes - 1)
        case .text(let text):
            "text".write(to: &writer)
            text.write(to: &writer)
        case .diagnostic, nil:
            "".write(to: &writer)
        }
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        diagnostic = try Self.read(&reader, causes: Self.mostCauses)
    }

    private static func read(_ reader: inout StateReader, causes: Int) throws(Diagnostic) -> Diagnostic {
        let (code, message) = (try String(from: &reader), try String(from: &reader))
        let hint = try String?(from: &reader)
        var place: Diagnostic.Place?
        if let stage = try String?(from: &reader) { place = .stage(stage, at: try String?(from: &reader)) }
        var failure = Diagnostic(Diagnostic.Code(code), message: message, at: place, hint: hint)
        // A failure that an earlier version has stored ends here.
        guard !reader.isAtEnd else { return failure }
        if let category = Diagnostic.Category(rawValue: try String(from: &reader)) { failure.category = category }
        switch try String(from: &reader) {
        case "diagnostic":
            guard causes > 0 else { throw StateReader.damaged }
            failure.cause = .diagnostic(try read(&reader, causes: causes - 1))
        case "text": failure.cause = .text(try String(from: &reader))
        default: break
        }
        return failure
    }
}
