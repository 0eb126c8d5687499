internal import Diagnostics
internal import Pipelines
internal import PluginKit

/// A folder with the reference pages of plugins, and a page that lists them.
struct ReferenceFolder {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Writes a page for each plugin.
    func write(_ plugins: [any Plugin.Type]) throws(Diagnostic) {
        var index = [Self.origin, "", "# Plugins", "", "| plugin | kind | what it does |", "|---|---|---|"]
        for plugin in plugins {
            guard let page = ReferencePage(plugin) else { continue }
            let file = "\(page.kind)-\(page.name).md"
            try write(Self.origin + "\n\n" + page.markdown, to: file)
            index.append("| [\(page.name)](\(file)) | \(page.kind) | \(plugin.summary) |")
        }
        try write(index.joined(separator: "\n"), to: "README.md")
    }

    private static let origin =
        "<!-- Made by scripts/reference. Its text is in the plugins' own declarations. -->"

    private func write(_ text: String, to name: String) throws(Diagnostic) {
        try FileSystem.replace("\(path)/\(name)", with: Array((text + "\n").utf8).span)
    }
}
