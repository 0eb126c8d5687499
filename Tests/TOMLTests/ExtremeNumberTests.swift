import Diagnostics
import PluginTestKit
import Testing

@testable import TOML

/// Numbers and dates of any size in a document: a value, or a mistake with its place.
@Suite struct ExtremeNumberTests {
    private static func value(_ text: String) -> TOMLValue? {
        try? TOMLDocument(Array("x = \(text)\n".utf8), name: "x").root["x"]
    }

    @Test(arguments: Extremes.integers)
    func `a whole number is itself in every notation`(number: Int64) {
        #expect(Self.value("\(number)")?.integer == number)
        guard number >= 0 else { return }
        #expect(Self.value("+\(number)")?.integer == number)
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
            #expect(Self.value(prefix + String(number, radix: radix))?.integer == number)
            #expect(Self.value(prefix + "000000000" + String(number, radix: radix))?.integer == number)
        }
    }

    @Test(arguments: Extremes.texts)
    func `whatever stands for a number is one, or is refused`(text: String) {
        for written in [
            text, "-\(text)", "\(text).5", "0.\(text)", "\(text)e5", "1e\(text)", "1e-\(text)", "0x\(text)",
            "0b\(text)", "\(text)_0",
            "\(text)-01-01", "2020-\(text)-01", "2020-01-\(text)", "\(text):00:00", "00:\(text):00", "00:00:\(text)",
            "00:00:00.\(text)", "2020-01-01T00:00:00+\(text):00", "2020-01-01T00:00:00-00:\(text)",
        ] {
            guard let value = Self.value(written) else { continue }
            if let moment = value.offsetDateTime { #expect(abs(moment.secondsSince1970) < 400_000_000_000) }
            guard let real = value.double else { continue }
            #expect(real.isFinite || written.hasSuffix("inf") || written.hasSuffix("nan"), "\(written)")
        }
    }

    @Test(arguments: Extremes.integers)
    func `a number that does not fit into a type is refused at its place`(number: Int64) throws {
        func fits<Number: FixedWidthInteger & Decodable>(_ type: Number.Type) throws {
            let document = Array("x = \(number)\n".utf8)
            if let exact = Number(exactly: number) {
                #expect(try TOMLDecoder().decode([String: Number].self, from: document, name: "x")["x"] == exact)
            } else {
                #expect(throws: (any Error).self) {
                    try TOMLDecoder().decode([String: Number].self, from: document, name: "x")
                }
            }
        }
        try fits(Int8.self)
        try fits(UInt8.self)
        try fits(Int16.self)
        try fits(UInt16.self)
        try fits(Int32.self)
        try fits(UInt32.self)
        try fits(Int64.self)
        try fits(UInt64.self)
    }
}
