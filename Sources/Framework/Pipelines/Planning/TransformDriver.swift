package import PluginKit
package import Records

/// What a checkpoint stores of a transform.
package struct StoredTransform: Sendable {
    /// The output of `Transform.store`.
    package var memory: [UInt8]
    /// The output of `Transform.storeTable`.
    package var table: [UInt8]
    /// Whether the table is ready for use.
    package var isSealed: Bool

    package init(memory: [UInt8], table: [UInt8], isSealed: Bool) {
        self.memory = memory
        self.table = table
        self.isSealed = isSealed
    }
}

/// The function of a stateless transform for a batch: several calls at the same time are allowed.
package typealias SideBySide = @Sendable (inout Batch, inout Outputs) async throws -> Void

/// The run's view of a transform: it owns the memory and the table, so it is used by one call at a time.
package protocol TransformRunner: AnyObject {
    /// The function for a batch; nil if the transform has a memory. Available once the table is sealed.
    var sideBySide: SideBySide? { get }
    func apply(to batch: inout Batch, outputs: inout Outputs) async throws
    /// Whether further records can make a difference.
    var wantsMore: Bool { get }
    /// How many bytes its memory and its table take in main memory; nil if it does not know.
    var bytesInMemory: Int? { get }
    func drain(page: Int, outputs: inout Outputs) async throws -> Drained
    func remember(_ batch: Batch) async throws
    func seal() async throws
    func store() throws -> StoredTransform
}

/// Wraps a transform's own types once, so that the engine works with batches.
package struct TransformDriver<Plugin: Transform>: TransformStage {
    let plugin: Plugin
    package let outputs: [Output]

    /// Creates the driver of a transform.
    package init(plugin: Plugin) {
        self.plugin = plugin
        outputs = plugin.outputs
    }

    package var instance: any PluginKit.Plugin { plugin }
    package var needs: Needs { plugin.needs }
    package var lookupNeeds: Needs { plugin.lookupNeeds }
    package var hasMemory: Bool { Plugin.Memory.self != Void.self }
    package var hasTable: Bool { Plugin.looksUp }

    package func begin(_ files: SpillFolder, from stored: StoredTransform?) throws -> sending any TransformRunner {
        guard let stored else {
            return Runner(plugin, memory: try plugin.makeMemory(files), table: try plugin.makeTable(files))
        }
        var memoryReader = StateReader(stored.memory)
        let memory = try plugin.restore(from: &memoryReader, files: files)
        var tableReader = StateReader(stored.table)
        let table = try plugin.restoreTable(from: &tableReader, isSealed: stored.isSealed, files: files)
        guard memoryReader.isAtEnd, tableReader.isAtEnd else { throw StateReader.damaged }
        return Runner(plugin, memory: memory, table: table, isSealed: stored.isSealed)
    }

    private final class Runner: TransformRunner {
        private let plugin: Plugin
        private var memory: Plugin.Memory
        private var table: Plugin.Table
        private var isSealed: Bool

        init(_ plugin: Plugin, memory: Plugin.Memory, table: Plugin.Table, isSealed: Bool = false) {
            self.plugin = plugin
            self.memory = memory
            self.table = table
            self.isSealed = isSealed
        }

        var sideBySide: SideBySide? {
            guard Plugin.Memory.self == Void.self else { return nil }
            return { [plugin, table] batch, outputs in
                guard var nothing = () as? Plugin.Memory else { preconditionFailure("Memory is Void") }
                try await plugin.apply(to: &batch, table: table, memory: &nothing, outputs: &outputs)
            }
        }

        func apply(to batch: inout Batch, outputs: inout Outputs) async throws {
            try await plugin.apply(to: &batch, table: table, memory: &memory, outputs: &outputs)
        }

        var wantsMore: Bool { plugin.wantsMore(memory) }

        var bytesInMemory: Int? { plugin.bytesInMemory(memory, table: table) }

        func drain(page: Int, outputs: inout Outputs) async throws -> Drained {
            try await plugin.drain(&memory, page: page, outputs: &outputs)
        }

        func remember(_ batch: Batch) async throws { try await plugin.remember(batch, in: &table) }

        func seal() async throws {
            guard !isSealed else { return }
            try await plugin.seal(&table)
            isSealed = true
        }

        func store() throws -> StoredTransform {
            var memoryWriter = StateWriter()
            try plugin.store(&memory, to: &memoryWriter)
            return StoredTransform(memory: memoryWriter.bytes, table: try tableBytes(), isSealed: isSealed)
        }

        private func tableBytes() throws -> [UInt8] {
            // A sealed table also has to name its files each time, so that they are kept.
            var writer = StateWriter()
            try plugin.storeTable(&table, isSealed: isSealed, to: &writer)
            return writer.bytes
        }
    }
}
