extension TextEncoding {
    /// Finds the first character of a text that cannot be expressed.
    ///
    /// - Parameter text: Valid UTF-8.
    /// - Returns: The character; nil if all can be expressed.
    package func firstInexpressible(in text: Span<UInt8>) -> Unicode.Scalar? {
        switch self {
        case .utf8, .utf16: return nil
        case .latin1, .windows1252:
            var found: Unicode.Scalar?
            text.withUnsafeBufferPointer { text in
                // Most texts are ASCII, which can be.
                guard text.contains(where: { $0 >= 0x80 }) else { return }
                found = String(decoding: text, as: UTF8.self).unicodeScalars.first { byte(of: $0) == nil }
            }
            return found
        }
    }

    /// Appends a text; a character that cannot be expressed becomes `?`.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - bytes: What to append to.
    package func append(_ text: [UInt8], to bytes: inout [UInt8]) {
        switch self {
        case .utf8: bytes += text
        case .utf16:
            bytes.reserveCapacity(bytes.count + 2 * text.count)
            for unit in String(decoding: text, as: UTF8.self).utf16 {
                bytes.append(UInt8(truncatingIfNeeded: unit))
                bytes.append(UInt8(truncatingIfNeeded: unit >> 8))
            }
        case .latin1, .windows1252:
            guard text.contains(where: { $0 >= 0x80 }) else {
                bytes += text
                return
            }
            for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
                bytes.append(byte(of: scalar) ?? UInt8(ascii: "?"))
            }
        }
    }

    /// The byte of a character in an encoding with one byte for each; nil if it has none.
    private func byte(of scalar: Unicode.Scalar) -> UInt8? {
        let value = scalar.value
        if value < 0x80 { return UInt8(value) }
        if self == .latin1 { return UInt8(exactly: value) }
        if 0xA0...0xFF ~= value { return UInt8(value) }
        guard let index = Self.windowsCharacters.firstIndex(where: { UInt32($0) == value }) else { return nil }
        return UInt8(0x80 + index)
    }
}
