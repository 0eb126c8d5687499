package import PluginKit
package import Records

/// A stage of any kind, and its plugin.
package protocol PluginStage: Sendable {
    /// The plugin instance.
    var instance: any Plugin { get }
}

/// A source whose cursor is text: the plan's view of any `Source`.
package protocol SourceStage: PluginStage {
    /// The description, as far as its options determine it.
    var declared: Description? { get }
    /// Describes what it delivers; it may read its input.
    func describe() async throws -> Description
    /// Describes what it would deliver from a file that is not written yet.
    func describe(_ contents: FileContents) -> Description?
    var fingerprint: String? { get async throws }
    /// Whether it can apply a condition.
    func accepts(_ condition: Condition, description: Description) -> Acceptance
    /// Whether its pages may be cached.
    var isCacheable: Bool { get }
    /// The version of its pages: it changes when the same data and options result in other pages.
    var version: Int { get }
    func read(at cursor: String?, for request: ReadRequest, into batch: inout Batch) async throws -> Next<String>
    /// A value that changes whenever there may be something new; nil if there is none.
    var revision: String? { get async throws }
    /// What decides which records it delivers.
    var identity: SourceIdentity { get async throws }
    /// The number of records below a value of the growing column; nil if it cannot be determined.
    func count(below value: Int64) async throws -> Int?
    /// What is new since an earlier run; nil if it does not find that out by itself.
    func news(since bookmark: [UInt8]?) async throws -> News?
    /// How much of its data is before a cursor, from 0 to 1; nil if unknown.
    func share(before cursor: String) -> Double?
}

/// The plan's view of any `Transform`.
package protocol TransformStage: PluginStage {
    /// The columns of its input that it needs.
    var needs: Needs { get }
    /// The columns of its second input that it needs.
    var lookupNeeds: Needs { get }
    var outputs: [Output] { get }
    /// Whether batches have to be processed in order.
    var hasMemory: Bool { get }
    /// Whether it has a second input.
    var hasTable: Bool { get }
    /// Creates what a run calls, with the stored memory and table; nil for new ones.
    func begin(_ files: SpillFolder, from stored: StoredTransform?) throws -> sending any TransformRunner
}

/// A sink whose mark is text: the plan's view of any `Sink`.
package protocol SinkStage: PluginStage {
    /// The contents of the file that it writes.
    var contents: FileContents? { get }
    /// The columns of its input that it needs.
    var needs: Needs { get }
    func write(_ batch: inout Batch, at mark: String?) async throws -> String
    /// When its records become visible.
    var commitment: Commitment { get }
    /// The version of its form.
    var version: Int { get }
    func begin(at mark: String?, attempt: Int) async throws
    func parts(at mark: String) throws -> [StagedFile]
    func finish(at mark: String?) async throws -> Delivery<String>
    func commit(at mark: String) async throws
    func abandon(at mark: String?) async
}

/// Wraps a source's own types once, so that the engine works with text.
struct SourceDriver<Plugin: Source>: SourceStage {
    let plugin: Plugin
    /// The options that select records, as written in a file.
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
    func news(since bookmark: [UInt8]?) async throws -> News? { try await plugin.news(since: bookmark) }
    func share(before cursor: String) -> Double? {
        // A plugin's number is shown as it is only if it is a share.
        Plugin.Cursor(cursor).flatMap { plugin.share(before: $0) }.flatMap { 0...1 ~= $0 ? $0 : nil }
    }

    private static func cursor(_ text: String) throws -> Plugin.Cursor {
        if let cursor = Plugin.Cursor(text) { return cursor }
        throw Diagnostic("checkpoint.cursor", message: "'\(text)' is not a cursor of the source '\(Plugin.name)'")
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

    var commitment: Commitment { plugin.commitment }
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
        throw Diagnostic("checkpoint.mark", message: "'\(text)' is not a mark of the sink '\(Plugin.name)'")
    }
}
