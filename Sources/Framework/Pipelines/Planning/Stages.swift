package import PluginKit
package import Records

/// A stage of any kind, and the plugin that it drives.
package protocol PluginStage: Sendable {
    /// The plugin, as it was made.
    var instance: any Plugin { get }
}

/// A source whose cursor is text: the plan's side of any `Source`.
package protocol SourceStage: PluginStage {
    var schema: Schema { get async throws }
    var fingerprint: String? { get async throws }
    /// Whether a page that was read may be used again.
    var isCacheable: Bool { get }
    /// Which pages it makes of the same data with the same options.
    var version: Int { get }
    func read(at cursor: String?, since: Int64?, into batch: inout Batch) async throws -> Next<String>
    /// What changes whenever there may be something new; nil if that cannot be determined.
    var revision: String? { get async throws }
    /// What decides which records there are.
    var identity: SourceIdentity { get async throws }
    /// How its records grow; nil if it can only be read whole.
    func increment() throws -> Increment?
    /// How many records there are below a value of the column that grows; nil if that cannot be determined.
    func count(below value: Int64) async throws -> Int?
}

/// A transform, or one with a second input, seen alike.
package protocol TransformStage: PluginStage {
    /// Which columns of its input it needs.
    var needs: Needs { get }
    /// Which columns of its second input it needs.
    var lookupNeeds: Needs { get }
    var output: Schema { get }
    func apply(to batch: inout Batch, using table: (any Sendable)?) async throws
    /// A table for the second input; nil if there is none.
    func makeTable() -> (any Sendable)?
    func remember(_ batch: borrowing Batch, in table: inout (any Sendable)?) throws
}

/// A transform that remembers something, seen alike.
package protocol StatefulStage: PluginStage {
    /// Which columns of its input it needs.
    var needs: Needs { get }
    var output: Schema { get }
    /// The memory before the first record.
    func initialState() -> any StoredState
    func apply(to batch: inout Batch, remembering state: inout any StoredState) async throws
    func finish(_ state: inout any StoredState, into batch: inout Batch) async throws
    /// The memory that was stored with a checkpoint.
    func state(from bytes: [UInt8]) throws -> any StoredState
}

/// A transform with several outputs, seen alike.
package protocol RoutingStage: PluginStage {
    /// Which columns of its input it needs.
    var needs: Needs { get }
    var outputs: [NamedOutput] { get }
    func route(_ batch: inout Batch, to outputs: inout [Batch]) async throws
}

/// A sink whose mark is text: the plan's side of any `Sink`.
package protocol SinkStage: PluginStage {
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
    var schema: Schema { get async throws { try await plugin.schema } }

    var fingerprint: String? { get async throws { try await plugin.fingerprint } }
    var isCacheable: Bool { Plugin.isCacheable }
    var version: Int { Plugin.version }

    func read(at cursor: String?, since: Int64?, into batch: inout Batch) async throws -> Next<String> {
        try await plugin.read(at: cursor.map { try Self.cursor($0) }, into: &batch).map { $0.description }
    }

    var revision: String? { get async throws { try await plugin.revision } }
    var identity: SourceIdentity { get async throws { try await SourceIdentity(of: plugin, choices) } }
    func increment() -> Increment? { nil }
    func count(below value: Int64) -> Int? { nil }

    static func cursor(_ text: String) throws -> Plugin.Cursor {
        if let cursor = Plugin.Cursor(text) { return cursor }
        throw Diagnostic("checkpoint.cursor", "'\(text)' is no cursor of the source '\(Plugin.name)'")
    }
}

struct IncrementalDriver<Plugin: IncrementalSource>: SourceStage {
    let plugin: Plugin
    /// The options that choose records, as they would stand in a file.
    let choices: [String: String]

    var instance: any PluginKit.Plugin { plugin }
    var schema: Schema { get async throws { try await plugin.schema } }
    var fingerprint: String? { get async throws { try await plugin.fingerprint } }
    var isCacheable: Bool { Plugin.isCacheable }
    var version: Int { Plugin.version }

    func read(at cursor: String?, since: Int64?, into batch: inout Batch) async throws -> Next<String> {
        let cursor = try cursor.map { try SourceDriver<Plugin>.cursor($0) }
        return try await plugin.read(at: cursor, since: since, into: &batch).map { $0.description }
    }

    var revision: String? { get async throws { try await plugin.revision } }
    var identity: SourceIdentity { get async throws { try await SourceIdentity(of: plugin, choices) } }
    func increment() throws -> Increment? { try plugin.increment }
    func count(below value: Int64) async throws -> Int? { try await plugin.count(below: value) }
}

struct TransformDriver<Plugin: Transform>: TransformStage {
    let plugin: Plugin

    var instance: any PluginKit.Plugin { plugin }
    var needs: Needs { plugin.needs }
    var lookupNeeds: Needs { Needs() }
    var output: Schema { plugin.output }

    func apply(to batch: inout Batch, using table: (any Sendable)?) async throws { try await plugin.apply(to: &batch) }
    func makeTable() -> (any Sendable)? { nil }
    func remember(_ batch: borrowing Batch, in table: inout (any Sendable)?) throws {}
}

struct StatefulDriver<Plugin: StatefulTransform>: StatefulStage {
    let plugin: Plugin

    var instance: any PluginKit.Plugin { plugin }
    var needs: Needs { plugin.needs }
    var output: Schema { plugin.output }

    func initialState() -> any StoredState { plugin.initialState }

    func apply(to batch: inout Batch, remembering state: inout any StoredState) async throws {
        var own = Self.own(state)
        state = Nothing()  // So that `own` is the only holder, and changes in place.
        do {
            try await plugin.apply(to: &batch, remembering: &own)
            state = own
        } catch {
            state = own
            throw error
        }
    }

    func finish(_ state: inout any StoredState, into batch: inout Batch) async throws {
        var own = Self.own(state)
        try await plugin.finish(&own, into: &batch)
        state = own
    }

    func state(from bytes: [UInt8]) throws -> any StoredState {
        var reader = StateReader(bytes)
        let state = try Plugin.State(from: &reader)
        guard reader.isAtEnd else { throw StateReader.damaged }
        return state
    }

    private static func own(_ state: any StoredState) -> Plugin.State {
        guard let own = state as? Plugin.State else { preconditionFailure("a transform without its own memory") }
        return own
    }

    private struct Nothing: StoredState {
        init() {}
        init(from reader: inout StateReader) {}
        func write(to writer: inout StateWriter) {}
    }
}

struct RoutingDriver<Plugin: RoutingTransform>: RoutingStage {
    let plugin: Plugin

    var instance: any PluginKit.Plugin { plugin }
    var needs: Needs { plugin.needs }
    var outputs: [NamedOutput] { plugin.outputs }

    func route(_ batch: inout Batch, to outputs: inout [Batch]) async throws {
        try await plugin.route(&batch, to: &outputs)
    }
}

struct LookupDriver<Plugin: LookupTransform>: TransformStage {
    let plugin: Plugin

    var instance: any PluginKit.Plugin { plugin }
    var needs: Needs { plugin.needs }
    var lookupNeeds: Needs { plugin.lookupNeeds }
    var output: Schema { plugin.output }

    func apply(to batch: inout Batch, using table: (any Sendable)?) async throws {
        guard let table = table as? Plugin.Table else { preconditionFailure("a lookup without its own table") }
        try await plugin.apply(to: &batch, using: table)
    }

    func makeTable() -> (any Sendable)? { plugin.makeTable() }

    func remember(_ batch: borrowing Batch, in table: inout (any Sendable)?) throws {
        guard var own = table as? Plugin.Table else { preconditionFailure("a lookup without its own table") }
        table = nil  // So that `own` is the only holder, and changes in place.
        defer { table = own }
        try plugin.remember(batch, in: &own)
    }
}

struct SinkDriver<Plugin: Sink>: SinkStage {
    let plugin: Plugin

    var instance: any PluginKit.Plugin { plugin }
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
        throw Diagnostic("checkpoint.mark", "'\(text)' is no mark of the sink '\(Plugin.name)'")
    }
}
