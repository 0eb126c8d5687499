package import PluginKit
package import Records

/// A stage of any kind, and the plugin that it drives.
package protocol PluginStage: Sendable {
    /// The plugin, as it was made.
    var instance: any Plugin { get }
}

/// A source whose cursor is text: the plan's side of any `Source`.
package protocol SourceStage: PluginStage {
    /// What it delivers, as far as its options state it.
    var declared: Description? { get }
    /// Finds out what it delivers; it may look at its input.
    func describe() async throws -> Description
    /// What it delivers of a file that is not written yet.
    func describe(_ contents: FileContents) -> Description?
    var fingerprint: String? { get async throws }
    /// Whether it keeps to a condition.
    func accepts(_ condition: Condition, description: Description) -> Acceptance
    /// Whether a page that was read may be used again.
    var isCacheable: Bool { get }
    /// Which pages it makes of the same data with the same options.
    var version: Int { get }
    func read(at cursor: String?, for request: ReadRequest, into batch: inout Batch) async throws -> Next<String>
    /// What changes whenever there may be something new; nil if that cannot be determined.
    var revision: String? { get async throws }
    /// What decides which records there are.
    var identity: SourceIdentity { get async throws }
    /// How many records there are below a value of the column that grows; nil if that cannot be determined.
    func count(below value: Int64) async throws -> Int?
}

/// The plan's side of any `Transform`.
package protocol TransformStage: PluginStage {
    /// Which columns of its input it needs.
    var needs: Needs { get }
    /// Which columns of its second input it needs.
    var lookupNeeds: Needs { get }
    var outputs: [Output] { get }
    /// Whether batches have to come one after the other.
    var hasMemory: Bool { get }
    /// Whether it has a second input.
    var hasTable: Bool { get }
    /// What a run calls, with the memory and the table as they were stored; nil for new ones.
    func begin(_ files: SpillFolder, from stored: StoredTransform?) throws -> sending any TransformRunner
}

/// A sink whose mark is text: the plan's side of any `Sink`.
package protocol SinkStage: PluginStage {
    /// What the file that it writes will hold.
    var contents: FileContents? { get }
    /// Which columns of its input it needs.
    var needs: Needs { get }
    func write(_ batch: inout Batch, at mark: String?) async throws -> String
    /// What makes its records visible.
    var commitment: Commitment { get }
    /// The number of its form.
    var version: Int { get }
    func begin(at mark: String?, attempt: Int) async throws
    func parts(at mark: String) throws -> [StagedFile]
    func finish(at mark: String?) async throws -> Delivery<String>
    func commit(at mark: String) async throws
    func abandon(at mark: String?) async
}

/// Opens a source's own types once, so that the engine deals in text.
struct SourceDriver<Plugin: Source>: SourceStage {
    let plugin: Plugin
    /// The options that choose records, as they would stand in a file.
    let choices: [String: String]

    var instance: any PluginKit.Plugin { plugin }
    var declared: Description? { plugin.declared }
    func describe() async throws -> Description { try await plugin.describe() }
    func describe(_ contents: FileContents) -> Description? { plugin.describe(contents) }
    func accepts(_ condition: Condition, description: Description) -> Acceptance {
        plugin.accepts(condition, description: description)
    }
    var fingerprint: String? { get async throws { try await plugin.fingerprint } }
    var isCacheable: Bool { Plugin.isCacheable }
    var version: Int { Plugin.version }

    func read(at cursor: String?, for request: ReadRequest, into batch: inout Batch) async throws -> Next<String> {
        try await plugin.read(at: cursor.map { try Self.cursor($0) }, for: request, into: &batch).map { $0.description }
    }

    var revision: String? { get async throws { try await plugin.revision } }
    var identity: SourceIdentity { get async throws { try await SourceIdentity(of: plugin, choices: choices) } }
    func count(below value: Int64) async throws -> Int? { try await plugin.count(below: value) }

    private static func cursor(_ text: String) throws -> Plugin.Cursor {
        if let cursor = Plugin.Cursor(text) { return cursor }
        throw Diagnostic("checkpoint.cursor", message: "'\(text)' is no cursor of the source '\(Plugin.name)'")
    }
}

struct SinkDriver<Plugin: Sink>: SinkStage {
    let plugin: Plugin

    var instance: any PluginKit.Plugin { plugin }
    var contents: FileContents? { plugin.contents }
    var needs: Needs { plugin.needs }

    func write(_ batch: inout Batch, at mark: String?) async throws -> String {
        try await plugin.write(&batch, at: mark.map { try Self.mark($0) }).description
    }

    var commitment: Commitment { Plugin.commitment }
    var version: Int { Plugin.version }

    func begin(at mark: String?, attempt: Int) async throws {
        try await plugin.begin(at: mark.map { try Self.mark($0) }, attempt: attempt)
    }

    func parts(at mark: String) throws -> [StagedFile] { try plugin.parts(at: try Self.mark(mark)) }

    func finish(at mark: String?) async throws -> Delivery<String> {
        try await plugin.finish(at: mark.map { try Self.mark($0) }).map(\.description)
    }

    func commit(at mark: String) async throws { try await plugin.commit(at: try Self.mark(mark)) }

    // An earlier version may have stored another kind of mark.
    func abandon(at mark: String?) async { await plugin.abandon(at: mark.flatMap { Plugin.Mark($0) }) }

    private static func mark(_ text: String) throws -> Plugin.Mark {
        if let mark = Plugin.Mark(text) { return mark }
        throw Diagnostic("checkpoint.mark", message: "'\(text)' is no mark of the sink '\(Plugin.name)'")
    }
}
