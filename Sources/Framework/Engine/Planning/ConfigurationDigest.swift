internal import PluginKit
internal import TOML

/// FNV-1a, 64 bits, over texts.
struct ConfigurationDigest {
    let interpolation: Interpolation
    private var value: UInt64 = 0xcbf2_9ce4_8422_2325

    init(interpolation: Interpolation) { self.interpolation = interpolation }

    /// The digest as 16 hexadecimal digits.
    var text: String {
        let hex = String(value, radix: 16)
        return String(repeating: "0", count: 16 - hex.count) + hex
    }

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        // No text has this byte, so "ab" + "c" is not "a" + "bc".
        add(0xFF)
    }

    /// Adds a value of a pipeline file, as it is after interpolation.
    mutating func add(_ name: String, _ value: TOMLValue) {
        add(name)
        switch value.kind {
        case .table:
            for entry in value.entries { add(entry.key, entry.value) }
            add("}")
        case .array:
            for element in value.elements { add("", element) }
            add("]")
        case .string:
            let text = value.string ?? ""
            // One that cannot be expanded has been reported.
            add((try? interpolation.expand(text, at: value.range)) ?? text)
        default:
            for byte in value.range.text.bytes[value.range.offsets] { add(byte) }
            add(0xFF)
        }
    }

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
}
