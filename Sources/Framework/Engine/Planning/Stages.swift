internal import PluginKit
internal import Records

/// A source whose cursor is text: the plan's side of any `Source`.
protocol SourceStage: Sendable {
    var schema: Schema { get async throws }
    func read(at cursor: String?, into batch: inout Batch) async throws -> Next<String>
}

/// A transform, or one with a second input, seen alike.
protocol TransformStage: Sendable {
    var output: Schema { get }
    func apply(to batch: inout Batch, using table: (any Sendable)?) async throws
    /// A table for the second input; nil if there is none.
    func makeTable() -> (any Sendable)?
    func remember(_ batch: borrowing Batch, in table: inout (any Sendable)?) throws
}

/// A sink whose mark is text: the plan's side of any `Sink`.
protocol SinkStage: Sendable {
    func write(_ batch: inout Batch, at mark: String?) async throws -> String
    func finish(at mark: String?) async throws -> Delivery
    func abandon() async
}

/// Opens a source's own types once, so that the engine deals in text.
struct SourceDriver<Plugin: Source>: SourceStage {
    let plugin: Plugin

    var schema: Schema { get async throws { try await plugin.schema } }

    func read(at cursor: String?, into batch: inout Batch) async throws -> Next<String> {
        try await plugin.read(at: cursor.map { try Self.cursor($0) }, into: &batch).map(\.description)
    }

    private static func cursor(_ text: String) throws -> Plugin.Cursor {
        if let cursor = Plugin.Cursor(text) { return cursor }
        throw Diagnostic("checkpoint.cursor", "'\(text)' is no cursor of the source '\(Plugin.name)'")
    }
}

struct TransformDriver<Plugin: Transform>: TransformStage {
    let plugin: Plugin

    var output: Schema { plugin.output }

    func apply(to batch: inout Batch, using table: (any Sendable)?) async throws { try await plugin.apply(to: &batch) }
    func makeTable() -> (any Sendable)? { nil }
    func remember(_ batch: borrowing Batch, in table: inout (any Sendable)?) throws {}
}

struct LookupDriver<Plugin: LookupTransform>: TransformStage {
    let plugin: Plugin

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

    func write(_ batch: inout Batch, at mark: String?) async throws -> String {
        try await plugin.write(&batch, at: mark.map { try Self.mark($0) }).description
    }

    func finish(at mark: String?) async throws -> Delivery {
        try await plugin.finish(at: mark.map { try Self.mark($0) })
    }

    func abandon() async { await plugin.abandon() }

    private static func mark(_ text: String) throws -> Plugin.Mark {
        if let mark = Plugin.Mark(text) { return mark }
        throw Diagnostic("checkpoint.mark", "'\(text)' is no mark of the sink '\(Plugin.name)'")
    }
}
