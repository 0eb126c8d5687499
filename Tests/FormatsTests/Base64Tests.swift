import Foundation
import PluginTestKit
import TestTags
import Testing

@testable import Formats

@Suite(.tags(.fuzz)) struct Base64Tests {
    // RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the examples of the standard are written and read`(plain: String, text: String) {
        var bytes: [UInt8] = []
        Base64.append(Array(plain.utf8).span, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
        #expect(Base64.bytes(of: Array(text.utf8).span) == Array(plain.utf8))
    }

    @Test(arguments: 0..<4) func `any bytes are written as Foundation writes them, and read back`(seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &numbers) }
            var text: [UInt8] = []
            Base64.append(bytes.span, to: &text)
            #expect(String(decoding: text, as: UTF8.self) == Data(bytes).base64EncodedString())
            #expect(Base64.bytes(of: text.span) == bytes)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=g==", "Zm=v", "Zh==", "Zm9=", "Zm9v\n", "Zm 9", "Zm9v====",
        "Zg==Zm9v",
        "Zm-_", "Zmé=",
    ])
    func `what is not base64 is none`(text: String) {
        #expect(Base64.bytes(of: Array(text.utf8).span) == nil)
    }

    @Test(arguments: 0..<4) func `a text that is read is the one that its bytes are written as`(seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        let signs = Array("AZaz09+/=QgwE".utf8)
        var found = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...9, using: &numbers)
            let text = (0..<count).compactMap { _ in signs.randomElement(using: &numbers) }
            guard let bytes = Base64.bytes(of: text.span) else { continue }
            found += 1
            var again: [UInt8] = []
            Base64.append(bytes.span, to: &again)
            #expect(again == text)
        }
        #expect(found > 500)
    }
}
