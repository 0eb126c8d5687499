/// Changes batches on their way: fewer records, other columns, other values; several outputs, a second input, a memory.
///
/// It is made when its inputs' columns are known; it resolves them then, and works on whole batches from there on.
/// **The law: where a batch is split makes no difference**, and neither does a memory or a table that was stored and
/// restored in between.
///
/// Two associated types decide how the engine calls it:
///
/// | `Memory` | `Table` | |
/// |---|---|---|
/// | `Void` | `Void` | pages pass side by side |
/// | `Void` | a type | the second input is read whole first; then pages pass side by side |
/// | a type | either | batches come one after the other, in their order |
///
/// A transform that needs none of that conforms to `MapTransform`, which is this protocol with one method.
public protocol Transform: Plugin {
    /// What it remembers from batch to batch. `Void`, the default, is nothing.
    ///
    /// It need not be `Sendable`, and may be a class: the engine makes one call at a time.
    associatedtype Memory = Void

    /// What it remembers of a second input, which the pipeline file names with `lookup`. `Void`, the default, is no
    /// second input.
    associatedtype Table: Sendable = Void

    /// Makes the transform for its inputs.
    ///
    /// - Throws: what is wrong with the options: a column that does not exist, a kind that does not fit.
    init(_ options: Options, inputs: Inputs, in context: StageContext) throws

    /// The outputs: one without a name, or several, each with a name of its own.
    var outputs: [Output] { get }

    /// Which columns of its input it needs. Default: all.
    ///
    /// A column that neither it nor a later stage needs is null in what comes. What it needs must not depend on the
    /// records, for the plan is made before the first.
    var needs: Needs { get }

    /// Which columns of its second input it needs. Default: all.
    var lookupNeeds: Needs { get }

    /// The memory before the first record.
    ///
    /// - Parameter files: Where the memory may keep files.
    /// - Returns: The memory.
    /// - Throws: what ends the run.
    func makeMemory(_ files: SpillFolder) throws -> Memory

    /// Changes a batch in place, so that it has the columns of the first output.
    ///
    /// A record that cannot be used is taken out with `batch.reject`; one that is not wanted with `batch.keep`; one that
    /// the memory takes, so that it comes out later or in another form, with `batch.absorb`. A record that is taken out in
    /// any other way counts as filtered.
    ///
    /// A call that fails is repeated, if a layer repeats it, with the batch as it was. With a memory it is not: the memory
    /// has changed, and the run ends.
    ///
    /// - Parameters:
    ///   - batch: The records. What is left in it goes to the first output.
    ///   - table: What was remembered of the second input, sealed.
    ///   - memory: What was remembered of the records before.
    ///   - outputs: An empty batch for each output; what is in the first one goes out after what is left in `batch`.
    /// - Throws: what ends the run; `StageFailure.badBatch`, without a memory, to be given the batch in halves.
    func apply(
        to batch: inout Batch,
        table: borrowing Table,
        memory: inout Memory,
        outputs: inout Outputs
    ) async throws

    /// Makes records of the memory when all records are there, page by page. Default: none.
    ///
    /// Between two pages the memory may be stored and restored.
    ///
    /// - Parameters:
    ///   - memory: What was remembered of all records.
    ///   - page: The page, counted from 0.
    ///   - outputs: An empty batch for each output.
    /// - Returns: Whether there is another page.
    /// - Throws: what ends the run.
    func drain(_ memory: inout Memory, page: Int, outputs: inout Outputs) async throws -> Drained

    /// A table that remembers nothing yet.
    ///
    /// - Parameter files: Where the table may keep files.
    /// - Returns: The table.
    /// - Throws: what ends the run.
    func makeTable(_ files: SpillFolder) throws -> Table

    /// Remembers the records of a batch of the second input.
    ///
    /// - Throws: what ends the run.
    func remember(_ batch: borrowing Batch, in table: inout Table) async throws

    /// Makes the table ready for use, when all records of the second input are there. Default: nothing.
    ///
    /// From here on it is read by several calls at the same time.
    ///
    /// - Throws: what ends the run.
    func seal(_ table: inout Table) async throws

    /// Appends the memory to a checkpoint. Default for a memory that is a `StoredState`: the memory.
    ///
    /// A memory with files writes what is new into them and names each (`SpillFile.store(to:)`).
    ///
    /// - Throws: what ends the run.
    func store(_ memory: inout Memory, to writer: inout StateWriter) throws

    /// The memory that was stored with a checkpoint.
    ///
    /// - Parameters:
    ///   - reader: What `store` has written.
    ///   - files: Where the files are that it names (`SpillFolder.restore(from:)`).
    /// - Returns: The memory.
    /// - Throws: `checkpoint.state` if the bytes are not such a memory; `file.*`.
    func restore(from reader: inout StateReader, files: SpillFolder) throws -> Memory

    /// Appends the table to a checkpoint, as `store` does with the memory.
    ///
    /// - Parameters:
    ///   - table: The table; it may be sealed.
    ///   - isSealed: Whether it is.
    ///   - writer: What to append it to.
    /// - Throws: what ends the run.
    func storeTable(_ table: inout Table, isSealed: Bool, to writer: inout StateWriter) throws

    /// The table that was stored with a checkpoint.
    ///
    /// - Parameters:
    ///   - reader: What `storeTable` has written.
    ///   - isSealed: Whether the table was sealed.
    ///   - files: Where the files are that it names.
    /// - Returns: The table.
    /// - Throws: `checkpoint.state` if the bytes are not such a table; `file.*`.
    func restoreTable(from reader: inout StateReader, isSealed: Bool, files: SpillFolder) throws -> Table
}

/// Whether a memory has more to give.
public enum Drained: Sendable {
    /// There is another page.
    case more
    /// This was the last page.
    case end
}

extension Transform {
    /// The contract's kind.
    public static var kind: Registry.Kind? { .transform }
    /// All columns of the input: a transform that uses only some of them declares which.
    public var needs: Needs { .all }
    /// All columns of the second input.
    public var lookupNeeds: Needs { .all }

    /// Without a memory nothing; with one, that the memory is one of all records.
    ///
    /// A transform whose output does not depend on which other records came returns nil.
    public var needsWhole: String? {
        Memory.self == Void.self ? nil : "it remembers records, and those of the other parts never come to it"
    }

    /// Whether it has a second input.
    package static var looksUp: Bool { Table.self != Void.self }

    /// Adds no records: a memory that has nothing to output at the end is only dropped.
    public func drain(_ memory: inout Memory, page: Int, outputs: inout Outputs) async throws -> Drained { .end }

    /// The table is ready as it is.
    public func seal(_ table: inout Table) async throws {}
}

extension Transform where Memory == Void {
    /// Nothing is remembered.
    public func makeMemory(_ files: SpillFolder) {}
    /// Nothing is stored.
    public func store(_ memory: inout Memory, to writer: inout StateWriter) {}
    /// Nothing was stored.
    public func restore(from reader: inout StateReader, files: SpillFolder) {}
}

extension Transform where Memory: StoredState {
    /// Appends the memory.
    public func store(_ memory: inout Memory, to writer: inout StateWriter) { memory.write(to: &writer) }

    /// Reads the memory.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such a memory.
    public func restore(from reader: inout StateReader, files: SpillFolder) throws -> Memory {
        try Memory(from: &reader)
    }
}

extension Transform where Table == Void {
    /// There is no second input.
    public func makeTable(_ files: SpillFolder) {}
    /// There is no second input.
    public func remember(_ batch: borrowing Batch, in table: inout Table) {}
    /// Nothing is stored.
    public func storeTable(_ table: inout Table, isSealed: Bool, to writer: inout StateWriter) {}
    /// Nothing was stored.
    public func restoreTable(from reader: inout StateReader, isSealed: Bool, files: SpillFolder) {}
}

extension Transform where Table: StoredState {
    /// Appends the table.
    public func storeTable(_ table: inout Table, isSealed: Bool, to writer: inout StateWriter) {
        table.write(to: &writer)
    }

    /// Reads the table.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such a table.
    public func restoreTable(from reader: inout StateReader, isSealed: Bool, files: SpillFolder) throws -> Table {
        try Table(from: &reader)
    }
}
