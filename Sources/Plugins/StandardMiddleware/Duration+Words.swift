internal import PluginKit

extension Duration {
    /// As a message says it: `250 ms`, `1.5 s`, `12 min`.
    var words: String {
        let seconds = self.seconds
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        return seconds < 120 ? "\(Self.short(seconds)) s" : "\(Self.short(seconds / 60)) min"
    }

    /// With one decimal place, if it is not zero.
    private static func short(_ number: Double) -> String {
        let tenths = Int(clamping: (number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
