// Feeds the CSV reader with whatever libFuzzer thinks of, and compares it with one that looks at one byte after the
// other: scripts/fuzz-formats builds and runs it.
//
// Not part of the package: it needs the fuzzer's own `main` and instrumented modules.

import Diagnostics
import Formats

private let syntaxes = [
    CSVSyntax(),
    CSVSyntax(delimiter: ";"),
    CSVSyntax(delimiter: "\t", quote: "'"),
    CSVSyntax(delimiter: ", "),
    CSVSyntax(delimiter: "||", escape: .sign(UInt8(ascii: "\\"))),
    CSVSyntax(quote: nil, escape: .none),
    CSVSyntax(quote: nil, escape: .sign(UInt8(ascii: "\\"))),
    CSVSyntax(escape: .sign(UInt8(ascii: "\\"))),
    CSVSyntax(escape: .none),
    CSVSyntax(comment: "#"),
]

/// What libFuzzer calls with each input: a syntax, the sizes of pieces and pages, and a text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard count > 3 else { return 0 }
    let syntax = syntaxes[Int(bytes[0]) % syntaxes.count]
    let size = CSVCutter.PageSize(records: Int(bytes[1] & 15) + 1, bytes: Int(bytes[2]) + 1)
    check(Array(bytes[3...]), syntax: syntax, piece: Int(bytes[1] >> 1) + 1, size: size)
    return 0
}

/// Stops with a message, in a release build too.
private func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}

private func check(_ text: [UInt8], syntax: CSVSyntax, piece: Int, size: CSVCutter.PageSize) {
    let table = CSVTable(syntax)
    let known = CSVGuess(Array(text.prefix(2000)), isWhole: text.count <= 2000, knowing: CSVKnownDialect()).dialect
    require(known.problem == nil, "a guess that contradicts itself")
    do {
        try table.read(text, piece: piece, size: size)
    } catch {
        let isUnclosed = error.code == "csv.unclosed-quote"
        require(isUnclosed || error.code == "csv.encoding", "is refused: \(error.rendered())")
        // The reference does not look at the encoding, and pages before a damaged one are read.
        if isUnclosed { require(ReferenceCSV.records(text, syntax: syntax) == nil, "is refused: \(error.rendered())") }
        return
    }
    // In the reference, NUL stands for a fault.
    if text.contains(0) { return }
    guard let expected = ReferenceCSV.records(text, syntax: syntax) else { fatalError("a quote is not closed") }
    require(table.rows == expected.compactMap { table.row($0) }, "other records")
    require(table.rejected == expected.filter { $0.fields == nil }.map(\.line), "other rejected records")
    for start in table.starts.suffix(3) {
        let rest = CSVTable(syntax)
        do {
            try rest.read(Array(text[start.offset...]), piece: 7, size: size, from: start)
        } catch {
            fatalError("the rest is refused: \(error.rendered())")
        }
        require(rest.rows == Array(table.rows.suffix(rest.rows.count)), "the rest has other records")
        require(rest.starts == table.starts.filter { $0.offset >= start.offset }, "the rest has other pages")
    }
}
