internal import PluginKit

extension Duration {
    /// The length as a message states it: `250 ms`, `1.5 s`, `12 min`.
    var words: String { inWords }

    /// In seconds, as figures have it.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
