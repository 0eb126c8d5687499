internal import PluginKit
internal import TOML

/// A digest of texts and values, including secrets.
struct ConfigurationDigest {
    let interpolation: Interpolation
    private var digest = CacheKeyDigest()

    init(interpolation: Interpolation) { self.interpolation = interpolation }

    /// The digest as 32 hexadecimal digits.
    var text: String { digest.key.text }

    mutating func add(_ text: String) { digest.add(text) }

    /// Adds a value of a pipeline file, after interpolation.
    mutating func add(_ name: String, value: TOMLValue) {
        add(name)
        switch value.kind {
        case .table:
            for entry in value.entries { add(entry.key, value: entry.value) }
            add("}")
        case .array:
            for element in value.elements { add("", value: element) }
            add("]")
        case .string:
            let text = value.string ?? ""
            // A value that cannot be expanded has been reported.
            add((try? interpolation.expand(text, at: value.range)) ?? text)
        default:
            digest.add(Array(value.range.text.bytes[value.range.offsets]))
        }
    }
}
