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
}
