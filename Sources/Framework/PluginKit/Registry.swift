/// The plugins that a program knows.
///
/// It is a value that is passed along; there is no global registry.
public struct Registry: Sendable {
    /// The kinds of plugin.
    public enum Kind: String, Sendable, CaseIterable {
        /// A plugin that reads records.
        case source
        /// A plugin that changes records between source and sink.
        case transform
        /// A plugin that writes records to a destination.
        case sink
        /// A layer around the calls of stages.
        case middleware
        /// A plugin that exports the metrics of a run.
        case exporter
        /// A service that users sign in to; pipelines do not name it.
        case account

        fileprivate var article: String { self == .account ? "an" : "a" }
    }

    private let all: [Kind: [any Plugin.Type]]

    /// A registry of these plugins.
    ///
    /// - Precondition: Each is of one of the kinds, and no two of a kind have the same name.
    public init(_ plugins: [any Plugin.Type]) {
        var all: [Kind: [any Plugin.Type]] = [:]
        for plugin in plugins {
            guard let kind = plugin.kind else {
                preconditionFailure("\(plugin) is of no kind of plugin")
            }
            precondition(
                !all[kind, default: []].contains { $0.name == plugin.name },
                "two plugins of kind \(kind) are called '\(plugin.name)'"
            )
            all[kind, default: []].append(plugin)
        }
        self.all = all
    }

    /// The plugins of a kind, sorted by name.
    public func plugins(_ kind: Kind) -> [any Plugin.Type] {
        all[kind, default: []].sorted { $0.name < $1.name }
    }

    /// The plugin of this kind and name.
    ///
    /// - Throws: `plugin.unknown`, at `place`, with the nearest name or the list of names.
    public func plugin(_ kind: Kind, named name: String, at place: Diagnostic.Place? = nil) throws(Diagnostic)
        -> any Plugin.Type
    {
        if let plugin = all[kind, default: []].first(where: { $0.name == name }) { return plugin }
        let elsewhere = Kind.allCases.first { other in all[other, default: []].contains { $0.name == name } }
        throw Diagnostic(
            "plugin.unknown",
            message: "there is no \(kind) '\(name)'" + (elsewhere.map { "; '\(name)' is \($0.article) \($0)" } ?? ""),
            category: .usage,
            at: place,
            hint: elsewhere == nil ? hint(for: name, among: plugins(kind).map { $0.name }) : nil
        )
    }
}
