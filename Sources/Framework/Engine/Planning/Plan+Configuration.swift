internal import Diagnostics
internal import PluginKit
internal import TOML

extension Plan {
    /// A digest of everything that decides which records come where: the stages with their options as they are after
    /// interpolation, the batch size, and how much is to be done.
    ///
    /// A run is taken up only where it is the same. What decides how a run goes about it (limits of rejection and of
    /// time, workers, checkpoints) may change in between, and so may comments.
    static func configuration(
        of file: PipelineFile,
        _ interpolation: Interpolation,
        _ settings: RunSettings,
        _ scope: RunScope
    ) -> String {
        var digest = ConfigurationDigest(interpolation: interpolation)
        digest.add("\(settings.batchSize) \(settings.ordered) \(settings.onReject.keep?.pattern ?? "")")
        digest.add("\(scope)")
        for layer in file.layers { digest.add(layer.name, layer.table) }
        for stage in file.stages { digest.add("\(stage.kind)", stage.table) }
        let hex = String(digest.value, radix: 16)
        return String(repeating: "0", count: 16 - hex.count) + hex
    }
}

/// FNV-1a, 64 bits, over texts.
private struct ConfigurationDigest {
    let interpolation: Interpolation
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    init(interpolation: Interpolation) { self.interpolation = interpolation }

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        // No text has this byte, so "ab" + "c" is not "a" + "bc".
        add(0xFF)
    }

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
