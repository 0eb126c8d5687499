// Feeds the TOML parser with whatever libFuzzer thinks of: scripts/fuzz-toml builds and runs it.
//
// Not part of the package: it needs the fuzzer's own `main` and instrumented modules.

import Diagnostics
import TOML

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Stops with a message, in a release build too.
private func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}

private func check(_ bytes: [UInt8]) {
    let old = TOMLDocument.recovering(bytes, name: "old", options: .init(version: .v1_0))
    let new = TOMLDocument.recovering(bytes, name: "new", options: .init(version: .v1_1))
    for (document, problems) in [old, new] {
        require(problems.all.count <= 20, "too many problems")
        require(document.bytes == bytes, "the document is not what was parsed")
        for problem in problems {
            guard case .text(let range) = problem.place else { fatalError("no place") }
            let lines = 1 + bytes.dropLast().count { $0 == 0x0A }
            require(range.offsets.upperBound <= bytes.count && range.start.line <= lines, "a place outside")
            require(problem.rendered().utf8.count < 4096, "a message without end")
        }
        // What can be read of a damaged document can be read.
        _ = canonical(document.root)
    }
    guard !new.problems.hasErrors else {
        require(old.problems.hasErrors, "1.0 takes what 1.1 refuses")
        return
    }
    let meaning = canonical(new.document.root)
    if !old.problems.hasErrors { require(canonical(old.document.root) == meaning, "the versions differ") }
    require(meaning == reading(bytes + Array("\n# comment\r\n".utf8)), "a comment changes the meaning")
    checkEncoding(new.document, meaning)
    checkEditing(new.document)
}

/// What is encoded reads as what it was.
private func checkEncoding(_ document: TOMLDocument, _ meaning: String) {
    guard let encoded = try? TOMLEncoder().encode(document.root) else { fatalError("does not encode") }
    require(reading(encoded) == meaning, "encoding changes the meaning")
}

/// Setting a value changes that value alone, or is refused.
private func checkEditing(_ document: TOMLDocument) {
    for entry in document.root.entries.prefix(4) {
        var edited = document
        guard (try? edited.set(entry.value.path, 4711)) != nil else { continue }
        require(edited.root.entries.count == document.root.entries.count, "editing changes the keys")
        for (old, new) in zip(document.root.entries, edited.root.entries) {
            let isEdited = old.keyRange.offsets.lowerBound == entry.keyRange.offsets.lowerBound
            require(canonical(new.value) == (isEdited ? "4711" : canonical(old.value)), "editing changes more")
        }
    }
    var added = document
    if (try? added.set("fuzz.added", "x")) != nil {
        require(added.root["fuzz"]["added"].string == "x", "the added value is not there")
    }
}

private func reading(_ bytes: [UInt8]) -> String {
    let (document, problems) = TOMLDocument.recovering(bytes, name: "again")
    require(!problems.hasErrors, "is refused: \(problems.map { $0.rendered() })")
    return canonical(document.root)
}

/// What a value says, whatever the order of its keys.
private func canonical(_ value: TOMLValue) -> String {
    switch value.kind {
    case .table:
        let pairs = value.entries.map { Array("\($0.key.debugDescription): \(canonical($0.value))".utf8) }
        let sorted = pairs.sorted { $0.lexicographicallyPrecedes($1) }
        return "{" + sorted.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ") + "}"
    case .array: return "[" + value.elements.map(canonical).joined(separator: ", ") + "]"
    case .string: return value.string?.debugDescription ?? "?"
    case .integer: return value.integer.map { "\($0)" } ?? "?"
    case .float: return value.double.map { $0.isNaN ? "nan" : "\($0)f" } ?? "?"
    case .boolean: return value.boolean.map { "\($0)" } ?? "?"
    case .offsetDateTime: return value.offsetDateTime.map { "\($0) \($0.secondsSince1970)" } ?? "?"
    case .localDateTime: return value.localDateTime.map { "\($0)" } ?? "?"
    case .localDate: return value.localDate.map { "\($0)" } ?? "?"
    case .localTime: return value.localTime.map { "\($0)" } ?? "?"
    case .missing: fatalError("a value of the tree is missing")
    }
}
