/// A guess of the encoding of a text from its beginning.
package enum CSVEncodingGuess {
    /// The encoding of some bytes: UTF-8 where they are valid, apart from a character that the sample cuts.
    package static func encoding(of bytes: [UInt8], isWhole: Bool) -> TextEncoding {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return .utf16 }
        let padded = bytes + [UInt8](repeating: 0, count: 16)
        let invalid = padded.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { UTF8Validity.firstInvalid(in: $0, 0..<bytes.count) }
        }
        let isValid = invalid.map { !isWhole && $0 + 4 > bytes.count } ?? true
        if isUTF16(bytes) { return .utf16 }
        guard !isValid else { return .utf8 }
        return bytes.contains { 0x80..<0xA0 ~= $0 } ? .windows1252 : .latin1
    }

    /// Every other byte of a text in a Latin script is 0.
    private static func isUTF16(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 4 else { return false }
        let sample = bytes.prefix(4096)
        let odd = sample.enumerated().count { $0.offset % 2 == 1 && $0.element == 0 }
        let even = sample.enumerated().count { $0.offset % 2 == 0 && $0.element == 0 }
        return max(odd, even) * 10 > sample.count * 4 && min(odd, even) * 20 < sample.count
    }
}
