package import PluginKit

extension Cache {
    package static let remedies: [Remedy: String] = [.fewerCalls: "a cache"]
}
