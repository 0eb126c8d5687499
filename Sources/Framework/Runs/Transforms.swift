internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// The transforms of a run, with their tables and memories.
///
/// A table is sealed when the second input has been read completely. A memory is drained when all inputs have been
/// read: as early as possible, because its records may go into a table.
struct Transforms {
    private struct Stage {
        /// Nil when the stage has ended.
        var runner: Exclusive<any TransformRunner>?
        let hasMemory: Bool
        let hasTable: Bool
        var isSealed: Bool
        /// The next page of the memory.
        var page = 0
        /// The number of the next record from the memory, for each output.
        var numbers: [Int]
        let folder: SpillFolder

        /// Whether checkpoints store something of it.
        var isStored: Bool { hasMemory || hasTable }
    }

    /// What the transforms without a memory do to a batch, by the number of the node; nil for those whose table is not
    /// sealed, and for all other nodes.
    private(set) var sideBySide: [SideBySide?] = []
    /// The files that the last checkpoint names, or that the next one will name.
    private(set) var files: [StagedFile] = []
    /// The stages for which further records make no difference.
    private(set) var satisfied: Set<Int> = []
    private var stages: [Int: Stage] = [:]

    /// No transforms.
    init() {}

    /// The transforms of a plan, with their memories.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - states: The memories in a checkpoint, by `StateName.memory`; nil at the start of a run.
    ///   - folder: The folder for the files of a stage.
    /// - Throws: a diagnostic at the stage that cannot begin: `checkpoint.state`, `file.*`, what the plugin throws.
    init(_ plan: Plan, states: [String: [UInt8]]?, folder: (String) -> SpillFolder) throws {
        sideBySide = plan.nodes.map { _ in nil }
        for (index, node) in plan.nodes.enumerated() {
            guard case .transform(let transform) = node.stage else { continue }
            do {
                try begin(transform, at: index, folder: folder(node.name), from: states?[StateName.memory(node.name)])
            } catch {
                throw Diagnostic.placing(error, at: node.name, origin: nil)
            }
        }
    }

    private mutating func begin(
        _ transform: any TransformStage,
        at index: Int,
        folder: SpillFolder,
        from bytes: [UInt8]?
    ) throws {
        var stage = Stage(
            runner: nil,
            hasMemory: transform.hasMemory,
            hasTable: transform.hasTable,
            isSealed: !transform.hasTable,
            numbers: transform.outputs.map { _ in 1 },
            folder: folder
        )
        var stored: StoredTransform?
        if let bytes {
            var reader = StateReader(bytes)
            let isDone = try Bool(from: &reader)
            stage.page = try reader.readAmount()
            stage.numbers = try [Int](from: &reader)
            guard stage.numbers.count == transform.outputs.count else { throw StateReader.damaged }
            if isDone {
                stages[index] = stage
                return
            }
            stage.isSealed = try Bool(from: &reader)
            stored = StoredTransform(
                memory: try reader.readBytes(),
                table: try reader.readBytes(),
                isSealed: stage.isSealed && transform.hasTable
            )
        }
        let runner = try transform.begin(folder, from: stored)
        if stage.isSealed { sideBySide[index] = runner.sideBySide }
        if transform.hasMemory, !runner.wantsMore { satisfied.insert(index) }
        stage.runner = Exclusive(runner)
        files += folder.files.map { StagedFile($0.path, bytes: $0.bytes, records: 0) }
        stages[index] = stage
    }

    /// What a stage with a memory does to a batch; nil if it has ended.
    func inOrder(_ index: Int) -> SideBySide? {
        guard let runner = stages[index]?.runner else { return nil }
        return { batch, outputs in
            try await runner.use { runner in try await runner.apply(to: &batch, outputs: &outputs) }
        }
    }

    /// Notes whether a stage with a memory wants further records, after a batch.
    mutating func noteWants(of index: Int) async throws {
        guard let stage = stages[index], stage.hasMemory, let runner = stage.runner else { return }
        if try await !runner.use({ $0.wantsMore }) { satisfied.insert(index) }
    }

    /// How many bytes of memory a stage takes; nil if it does not know, or has ended.
    func bytesInMemory(of index: Int) async throws -> Int? { try await stages[index]?.runner?.use { $0.bytesInMemory } }

    /// Adds records to a table.
    func remember(_ batch: Batch, at index: Int) async throws {
        guard let runner = stages[index]?.runner else { throw Diagnostic.stageHasEnded }
        try await runner.use { try await $0.remember(batch) }
    }

    /// Seals a table, when the second input has been read completely.
    mutating func seal(_ index: Int) async throws {
        guard let stage = stages[index], !stage.isSealed, let runner = stage.runner else { return }
        try await runner.use { try await $0.seal() }
        stages[index]?.isSealed = true
        sideBySide[index] = try await runner.use { $0.sideBySide }
    }

    /// Whether a stage has ended.
    func isDone(_ index: Int) -> Bool { stages[index]?.runner == nil }

    /// Whether a stage has a memory that may have records.
    func hasMemory(_ index: Int) -> Bool { stages[index]?.hasMemory ?? false }

    /// Ends a stage: it has received all records, and its memory is empty.
    mutating func finish(_ index: Int) {
        stages[index]?.runner = nil
        sideBySide[index] = nil
    }

    /// The next page of a memory that has all records.
    ///
    /// - Parameters:
    ///   - index: The stage.
    ///   - outputs: An empty batch for each output.
    /// - Returns: Whether there is another page.
    /// - Throws: what the plugin throws.
    func drain(_ index: Int, into outputs: inout Outputs) async throws -> Drained {
        guard let stage = stages[index], let runner = stage.runner else { return .end }
        return try await runner.use { try await $0.drain(page: stage.page, outputs: &outputs) }
    }

    /// Notes that a page was taken.
    mutating func turnPage(_ index: Int) { stages[index]?.page += 1 }

    /// The number of the next record from a stage's memory, for each output.
    subscript(numbersOf index: Int) -> [Int] {
        get { stages[index]?.numbers ?? [] }
        set { stages[index]?.numbers = newValue }
    }

    /// The memories as a checkpoint stores them, by `StateName.memory`.
    ///
    /// Sets `files` to those that the checkpoint names.
    mutating func store(_ plan: Plan) async throws -> [String: [UInt8]] {
        var states: [String: [UInt8]] = [:]
        files = []
        for index in stages.keys.sorted() {
            guard let stage = stages[index] else { continue }
            let node = plan.nodes[index]
            guard stage.isStored else { continue }
            var writer = StateWriter()
            (stage.runner == nil).write(to: &writer)
            stage.page.write(to: &writer)
            stage.numbers.write(to: &writer)
            if let runner = stage.runner {
                stage.isSealed.write(to: &writer)
                do {
                    let stored = try await runner.use { try $0.store() }
                    writer.write(stored.memory)
                    writer.write(stored.table)
                } catch {
                    throw Diagnostic.placing(error, at: node.name, origin: nil)
                }
            }
            states[StateName.memory(node.name)] = writer.bytes
            files += stage.folder.takeNoted().map { StagedFile($0.path, bytes: $0.bytes, records: 0) }
        }
        return states
    }

    /// The folders of all stages with a memory or a table, by the numbers of their nodes.
    var spills: [Int: SpillFolder] { stages.filter { $0.value.isStored }.mapValues(\.folder) }

    /// The folders of all stages that checkpoints store.
    var folders: [SpillFolder] { stages.values.filter(\.isStored).map(\.folder) }
}
