import Foundation
import Records
import Testing

@testable import Formats

/// Public test data, where it is at hand: the variable `SUITES_DIR` names its folder.
enum Suites {
    static let folder = ProcessInfo.processInfo.environment["SUITES_DIR"]

    /// The bytes of a file of the suites.
    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: (folder ?? "") + "/" + path)))
    }

    static func lines(_ path: String) throws -> [ArraySlice<UInt8>] {
        try bytes(path).split(separator: 0x0A)
    }
}

@Suite(.enabled(if: Suites.folder != nil)) struct SuiteTests {
    @Test(arguments: [
        "exhaustive-float16", "freetype-2-7", "google-wuffs", "lemire-fast-float", "more-test-cases",
        "tencent-rapidjson",
    ])
    func `real numbers are exact to the last bit`(file: String) throws {
        let reader = try CellReader(.real)
        var wrong: [String] = []
        for line in try Suites.lines("number-parsing/\(file).txt") {
            let line = line.last == 0x0D ? line.dropLast() : line
            let text = Array(line.dropFirst(31))
            let bits = UInt64(String(decoding: line.dropFirst(14).prefix(16), as: UTF8.self), radix: 16) ?? 0
            let found = text.withUnsafeBufferPointer { reader.word(of: $0) }
            // An infinity is refused: the number is too large.
            let isRight = Double(bitPattern: bits).isFinite ? found == bits : found == nil
            if !isRight { wrong.append(String(decoding: text, as: UTF8.self)) }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(10))")
    }

    @Test func `times are read as RFC 3339 states, or refused`() throws {
        let reader = try CellReader(.instant)
        var count = 0
        for line in try Suites.lines("date-time/cases.jsonl") {
            let value = try JSONValue(parsing: Array(line), name: "case")
            guard case .string(let text)? = value["text"] else { continue }
            let found = Array(text.utf8).withUnsafeBufferPointer { reader.word(of: $0) }.map { Int64(bitPattern: $0) }
            count += 1
            // Stricter, and laxer, by design: nothing is rounded, there is no year 0, the form of PostgreSQL is read.
            if text.hasPrefix("0000-") || text.contains(".123456789") || text.hasSuffix("00+02") { continue }
            if value["rfc3339"] == .bool(true), let milliseconds = value["epoch_ms"]?.integer {
                #expect(found.map { $0 / 1000 } == milliseconds, "\(text)")
            } else if value["rfc3339"] == .bool(false), value["iso8601"] == .bool(false) {
                #expect(found == nil, "\(text)")
            }
        }
        #expect(count == 76)
    }

    @Test func `UTF-8 is told from what is not`() throws {
        var count = 0
        for line in try Suites.lines("utf8/utf8tests.bin") {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, !line.starts(with: [UInt8(ascii: "#")]) else { continue }
            let isValid = parts[1].elementsEqual("valid".utf8)
            let bytes = Array(parts[2])
            // Between many bytes of ASCII, too.
            for padding in [0, 5, 31, 40] {
                let text = [UInt8](repeating: 0x61, count: padding) + bytes + [UInt8](repeating: 0x62, count: padding)
                let found = text.withUnsafeBufferPointer { bytes in
                    bytes.baseAddress.map { UTF8Check.isValid($0, count: bytes.count) } ?? true
                }
                #expect(found == isValid, "\(String(decoding: parts[0], as: UTF8.self)) at \(padding)")
            }
            count += 1
        }
        #expect(count > 100)
    }

    /// Whether a text is read as a list, a sequence or lines of values, without an error and a rejected one.
    private func isRead(_ bytes: [UInt8], _ form: JSONCutter.Form) -> Bool {
        let decoder = JSONPageDecoder(whole: Field(index: 0, kind: .text))
        let cutter = JSONCutter(form, name: "case.json")
        var (rest, isIntact) = (bytes[...], true)
        do {
            while true {
                while let page = try cutter.next() {
                    var batch = Batch(Schema([Schema.Column("value", kind: .text, holdsJSON: true)]))
                    isIntact = decoder.decode(page, into: &batch).faults.isEmpty && isIntact
                    // What was read is written as JSON.
                    for row in 0..<batch.count {
                        guard let text = batch.utf8(row, in: batch.schema.fields[0]) else { return false }
                        isIntact = JSONText.isValue(text) && isIntact
                    }
                }
                if cutter.isAtEnd { return isIntact }
                let room = cutter.room()
                let count = min(room.count, rest.count)
                room.copyBytes(from: rest.prefix(count))
                rest = rest.dropFirst(count)
                cutter.take(count)
            }
        } catch {
            return false
        }
    }

    @Test func `JSON is read, and what is not is refused`() throws {
        let folder = (Suites.folder ?? "") + "/json-test-suite/test_parsing"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
        #expect(names.count == 318)
        for name in names.sorted() {
            let bytes = try Suites.bytes("json-test-suite/test_parsing/\(name)")
            let isRead = isRead(bytes, .values)
            _ = self.isRead(bytes, .lines)
            // One value after the other is a sequence.
            if name == "n_object_with_trailing_garbage.json" || name == "n_structure_object_with_trailing_garbage.json"
            {
                continue
            }
            if name.hasPrefix("y_") { #expect(isRead, "\(name)") }
            if name.hasPrefix("n_") { #expect(!isRead, "\(name)") }
        }
    }

    @Test func `naughty strings come out as they went in`() throws {
        let strings = try JSONValue(parsing: try Suites.bytes("strings/blns.json"), name: "blns.json").array ?? []
        #expect(strings.count > 500)
        var lines: [UInt8] = []
        for case .string(let text) in strings {
            lines += Array("{\"a\": ".utf8)
            JSONText.append(text.utf8.span, to: &lines)
            lines += Array("}\n".utf8)
        }
        let schema: Schema = ["a": .text]
        let decoder = JSONPageDecoder([.init(["a"], into: schema.fields[0])], unknownKeys: .reject)
        let cutter = JSONCutter(.lines, name: "blns.jsonl")
        var (rest, found) = (lines[...], [String]())
        while !cutter.isAtEnd {
            while let page = try cutter.next() {
                var batch = Batch(schema)
                #expect(decoder.decode(page, into: &batch).faults.isEmpty)
                found += (0..<batch.count).compactMap { batch.text($0, in: schema.fields[0]) }
            }
            let room = cutter.room()
            let count = min(room.count, rest.count, 1000)
            room.copyBytes(from: rest.prefix(count))
            rest = rest.dropFirst(count)
            cutter.take(count)
        }
        #expect(found == strings.compactMap(\.string))
    }
}
