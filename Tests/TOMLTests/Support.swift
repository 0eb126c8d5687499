import Diagnostics
import Foundation
import TOML
import Testing

/// A document as one line: `{a: 1, b: ["x"]}`.
func plain(_ toml: String, _ version: TOMLVersion = .v1_1) -> String {
    plain(Array(toml.utf8), version)
}

/// A document as one line; what is wrong with it, if anything is.
func plain(_ toml: [UInt8], _ version: TOMLVersion = .v1_1) -> String {
    let (document, problems) = TOMLDocument.recovering(toml, name: "x", options: .init(version: version))
    return problems.hasErrors ? found(problems).joined(separator: "; ") : plain(document.root)
}

/// A value as one line.
func plain(_ value: TOMLValue) -> String {
    switch value.kind {
    case .table: "{" + value.entries.map { "\($0.key): \(plain($0.value))" }.joined(separator: ", ") + "}"
    case .array: "[" + value.elements.map { plain($0) }.joined(separator: ", ") + "]"
    case .string: value.string?.debugDescription ?? ""
    case .integer: value.integer.map { "\($0)" } ?? ""
    case .float: value.double.map { "\($0)" } ?? ""
    case .boolean: value.boolean.map { "\($0)" } ?? ""
    case .offsetDateTime: value.offsetDateTime.map { "\($0)" } ?? ""
    case .localDateTime: value.localDateTime.map { "\($0)" } ?? ""
    case .localDate: value.localDate.map { "\($0)" } ?? ""
    case .localTime: value.localTime.map { "\($0)" } ?? ""
    case .missing: "missing"
    }
}

/// What is wrong with a document, each as `line:column code`.
func found(_ toml: String, _ version: TOMLVersion = .v1_1) -> [String] { found(Array(toml.utf8), version) }

/// What is wrong with a document, each as `line:column code`.
func found(_ toml: [UInt8], _ version: TOMLVersion = .v1_1) -> [String] {
    found(TOMLDocument.recovering(toml, name: "x", options: .init(version: version)).problems)
}

/// Findings, each as `line:column code`, the code without its area.
func found(_ problems: DiagnosticList) -> [String] {
    problems.map { problem in
        guard case .text(let range) = problem.place else { return "nowhere \(problem.code)" }
        return "\(range.start) \(problem.code.name.dropFirst("toml.".count))"
    }
}

/// What is wrong with a document, as a person reads it.
func rendered(_ toml: String, _ version: TOMLVersion = .v1_1, width: Int = 100) -> String {
    TOMLDocument.recovering(Array(toml.utf8), name: "x.toml", options: .init(version: version)).problems
        .map { $0.rendered(.init(width: width)) }.joined(separator: "\n")
}

/// A document and what it says, or what is wrong with it.
struct Case: Sendable, CustomTestStringConvertible {
    let toml: String
    let expected: String
    let version: TOMLVersion

    init(_ toml: String, _ expected: String, _ version: TOMLVersion = .v1_1) {
        self.toml = toml
        self.expected = expected
        self.version = version
    }

    var testDescription: String { toml.debugDescription }
}

/// The bytes of a file. (`Data(contentsOf:)` leaks a page for an empty one, which the address sanitizer tells.)
func contents(of file: URL) throws -> [UInt8] {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    return [UInt8](try handle.readToEnd() ?? Data())
}
