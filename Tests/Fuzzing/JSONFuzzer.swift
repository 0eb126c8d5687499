// Feeds the reader of JSON lines with whatever libFuzzer thinks of, and compares it with one that looks at one byte after
// the other; arrays of values have to be the same however they are cut. scripts/fuzz-formats builds and runs it.
//
// Not part of the package: it needs the fuzzer's own `main` and instrumented modules.

import Diagnostics
import Formats
import Records

private let schema = Schema([
    Schema.Column("a", kind: .text, holdsJSON: true), Schema.Column("b", kind: .text),
    Schema.Column("c", kind: .integer), Schema.Column("d", kind: .decimal), Schema.Column("e", kind: .instant),
])

/// One that reads `a` as it is written, which every value fits, and one with columns that not every value fits.
private let plain = JSONPageDecoder([.json(["a"], into: schema.fields[0])])
private let strict: JSONPageDecoder = {
    var columns: [JSONRows.Column] = [.json(["a"], into: schema.fields[0])]
    for (name, field) in zip(["b", "c", "d", "e"], schema.fields.dropFirst()) {
        guard let reader = try? CellReader(field.kind) else { fatalError("no reader of \(field.kind)") }
        columns.append(.declared([name], into: field, reader: reader))
    }
    return JSONPageDecoder(columns, nulls: ["n"], unknownKeys: .count)
}()

/// What libFuzzer calls with each input: the arrangement, the sizes of pieces and pages, and a text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard count > 3 else { return 0 }
    let text = Array(bytes[3...])
    let pieces = Pieces(input: Int(bytes[1]) + 1, records: Int(bytes[2] & 7) + 1, bytes: Int(bytes[2]) + 1)
    if bytes[0] & 1 == 0 { checkLines(text, pieces) }
    let form = bytes[0] & 1 == 0 ? JSONCutter.Form.lines : .values
    let path = bytes[0] & 2 == 0 ? [] : ["a"]
    let whole = read(text, form, path: path, decoder: strict, Pieces())
    let other = read(text, form, path: path, decoder: strict, pieces)
    require(whole.agrees(with: other), "other records in other pieces: \(whole), \(other)")
    return 0
}

private struct Pieces {
    var input = Int.max
    var records = 4000
    var bytes = 512 << 10
}

private struct Found: Equatable {
    var numbers: [Int] = []
    var records: [[Value]] = []
    var faults: [JSONFault] = []
    var problem: String?

    /// Whether they are the same; with a damaged text it depends on the pages how much of it was read before.
    func agrees(with other: Self) -> Bool {
        guard problem != nil else { return self == other }
        let count = min(records.count, other.records.count)
        let faultCount = min(faults.count, other.faults.count)
        return problem == other.problem && records.prefix(count) == other.records.prefix(count)
            && faults.prefix(faultCount) == other.faults.prefix(faultCount)
    }
}

/// Stops with a message, in a release build too.
private func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}

private func read(
    _ text: [UInt8],
    _ form: JSONCutter.Form,
    path: [String],
    decoder: JSONPageDecoder,
    _ pieces: Pieces
) -> Found {
    let cutter = JSONCutter(
        form,
        name: "x",
        path: form == .lines ? [] : path,
        mostRecords: pieces.records,
        usualBytes: pieces.bytes
    )
    var rest = text[...]
    var found = Found()
    do {
        while true {
            while let page = try cutter.next() {
                var batch = Batch(schema)
                let result = decoder.decode(page, into: &batch)
                found.records += batch.records
                found.numbers +=
                    result.numbers.map { $0.map(Int.init) }
                    ?? Array(page.firstNumber..<page.firstNumber + batch.count)
                found.faults += result.faults
            }
            if cutter.isAtEnd { return found }
            let room = cutter.room()
            let count = min(pieces.input, room.count, rest.count)
            room.copyBytes(from: rest.prefix(count))
            rest = rest.dropFirst(count)
            cutter.take(count)
        }
    } catch {
        found.problem = error.rendered()
        return found
    }
}

private func checkLines(_ text: [UInt8], _ pieces: Pieces) {
    let found = read(text, .lines, path: [], decoder: plain, pieces)
    require(found.problem == nil, "is refused: \(found.problem ?? "")")
    let expected = ReferenceJSON.lines(text, mostDepth: 512)
    var records: [Int: [UInt8]?] = [:]
    var faults: Set<Int> = []
    for (index, line) in expected.enumerated() {
        switch line {
        case .blank: break
        case .fault: faults.insert(index + 1)
        case .object(let a): records[index + 1] = .some(a)
        }
    }
    require(Set(found.faults.map(\.number)) == faults, "other faults: \(found.faults)")
    require(found.numbers == records.keys.sorted(), "other records: \(found.numbers)")
    for (number, record) in zip(found.numbers, found.records) {
        guard case .text(let text) = record[0] else {
            // A null is a null, written or not.
            let a = records[number]
            require(a == .some(nil) || a == .some(Array("null".utf8)), "a value is missing in line \(number)")
            continue
        }
        require(records[number] == .some(Array(text.utf8)), "another value in line \(number)")
    }
}
