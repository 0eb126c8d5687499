/// Changes batches on their way: fewer records, other columns, other values; several outputs, a second input, a memory.
///
/// It is created when the columns of its inputs are known. It resolves column names then, and works on whole batches
/// afterwards. **The law: the result does not depend on where batches are split**, nor on whether a memory or a table
/// was stored and restored in between.
///
/// Two associated types decide how the engine calls it:
///
/// | `Memory` | `Table` | |
/// |---|---|---|
/// | `Void` | `Void` | pages are processed concurrently |
/// | `Void` | a type | the second input is read completely; then pages are processed concurrently |
/// | a type | either | batches are processed one after the other, in order |
///
/// A transform that needs none of that conforms to `MapTransform`, which is this protocol with one method.
public protocol Transform: Plugin {
    /// What it remembers from batch to batch. `Void`, the default, is nothing.
    ///
    /// It need not be `Sendable`, and may be a class: the engine makes one call at a time.
    associatedtype Memory = Void

    /// The data that it keeps of its second input, which the pipeline file names with `lookup`. `Void`, the default,
    /// means that there is no second input.
    associatedtype Table: Sendable = Void

    /// Creates the transform for its inputs.
    ///
    /// - Throws: An invalid option: a column that does not exist, a kind that does not fit.
    init(_ options: Options, inputs: Inputs, in context: StageContext) throws

    /// The outputs: one without a name, or several, each with its own name.
    var outputs: [Output] { get }

    /// Which columns of its input it needs. Default: all.
    ///
    /// A column that neither it nor a later stage needs is null in the batches. The needs must not depend on the
    /// records, since the plan is made before the first one.
    var needs: Needs { get }

    /// Which columns of its second input it needs. Default: all.
    var lookupNeeds: Needs { get }

    /// Creates the memory before the first record.
    ///
    /// - Parameter files: Where the memory may keep files.
    /// - Returns: The memory.
    /// - Throws: An error that ends the run.
    func makeMemory(_ files: SpillFolder) throws -> Memory

    /// Changes a batch in place, so that it has the columns of the first output.
    ///
    /// Remove records that cannot be used with `batch.reject`, unwanted ones with `batch.keep`, and those that the
    /// memory takes, so that they come out later or in another form, with `batch.absorb`. A record that is removed in
    /// any other way counts as filtered.
    ///
    /// If a layer repeats a failed call, the batch is the original one. A call with a memory is not repeated: the
    /// memory has changed, and the run ends.
    ///
    /// - Parameters:
    ///   - batch: The records. What is left in it goes to the first output.
    ///   - table: The table of the second input, sealed.
    ///   - memory: What was remembered of the records before.
    ///   - outputs: An empty batch for each output; the records in the first are delivered after what is left in
    ///     `batch`.
    /// - Throws: An error that ends the run; `StageFailure.badBatch`, without a memory, to be called with the batch in
    ///   halves.
    func apply(
        to batch: inout Batch,
        table: borrowing Table,
        memory: inout Memory,
        outputs: inout Outputs
    ) async throws

    /// Whether further records can make a difference. Default: true.
    ///
    /// Once it returns false, every further record must be filtered, and it must not return true again: records may then
    /// be left out before they reach it, and a source that no other stage needs is not read to its end. It is called
    /// after each batch, and must be fast.
    ///
    /// - Parameter memory: What was remembered of the records before.
    /// - Returns: False if the rest of the input changes nothing.
    func wantsMore(_ memory: borrowing Memory) -> Bool

    /// How much main memory the memory and the table take, for the profile of a running pipeline. Default: nil.
    ///
    /// It is called after each batch, and must be fast; an approximation is enough. Files do not count.
    ///
    /// - Parameters:
    ///   - memory: What was remembered of the records before.
    ///   - table: The table of the second input.
    /// - Returns: Bytes; nil if it is not known.
    func bytesInMemory(_ memory: borrowing Memory, table: borrowing Table) -> Int?

    /// Creates records from the memory after the last input record, page by page. Default: none.
    ///
    /// Between two pages the memory may be stored and restored.
    ///
    /// - Parameters:
    ///   - memory: What was remembered of all records.
    ///   - page: The page, counted from 0.
    ///   - outputs: An empty batch for each output.
    /// - Returns: Whether there is another page.
    /// - Throws: An error that ends the run.
    func drain(_ memory: inout Memory, page: Int, outputs: inout Outputs) async throws -> Drained

    /// Creates an empty table.
    ///
    /// - Parameter files: Where the table may keep files.
    /// - Returns: The table.
    /// - Throws: An error that ends the run.
    func makeTable(_ files: SpillFolder) throws -> Table

    /// Adds the records of a batch of the second input to the table.
    ///
    /// - Throws: An error that ends the run.
    func remember(_ batch: borrowing Batch, in table: inout Table) async throws

    /// Prepares the table for use, after the last record of the second input. Default: does nothing.
    ///
    /// Afterwards several calls read it simultaneously.
    ///
    /// - Throws: An error that ends the run.
    func seal(_ table: inout Table) async throws

    /// Appends the memory to a checkpoint. Default for a memory that is a `StoredState`: the memory itself.
    ///
    /// A memory with files writes new data to them and names each file (`SpillFile.store(to:)`).
    ///
    /// - Throws: An error that ends the run.
    func store(_ memory: inout Memory, to writer: inout StateWriter) throws

    /// Restores the memory from a checkpoint.
    ///
    /// - Parameters:
    ///   - reader: What `store` has written.
    ///   - files: The folder of the files that it names (`SpillFolder.restore(from:)`).
    /// - Returns: The memory.
    /// - Throws: `checkpoint.state` if the bytes are not such a memory; `file.*`.
    func restore(from reader: inout StateReader, files: SpillFolder) throws -> Memory

    /// Appends the table to a checkpoint, as `store` does with the memory.
    ///
    /// - Parameters:
    ///   - table: The table; it may be sealed.
    ///   - isSealed: Whether it is.
    ///   - writer: What to append it to.
    /// - Throws: An error that ends the run.
    func storeTable(_ table: inout Table, isSealed: Bool, to writer: inout StateWriter) throws

    /// Restores the table from a checkpoint.
    ///
    /// - Parameters:
    ///   - reader: What `storeTable` has written.
    ///   - isSealed: Whether the table was sealed.
    ///   - files: The folder of the files that it names.
    /// - Returns: The table.
    /// - Throws: `checkpoint.state` if the bytes are not such a table; `file.*`.
    func restoreTable(from reader: inout StateReader, isSealed: Bool, files: SpillFolder) throws -> Table
}

/// Whether a memory has more records to deliver.
public enum Drained: Sendable {
    /// There is another page.
    case more
    /// This was the last page.
    case end
}

extension Transform {
    /// The kind of the contract.
    public static var kind: Registry.Kind? { .transform }
    /// All columns of the input: a transform that uses only some of them declares which.
    public var needs: Needs { .all }
    /// All columns of the second input.
    public var lookupNeeds: Needs { .all }

    /// Nil without a memory; with one, the reason that the memory depends on all records.
    ///
    /// A transform whose output for a record does not depend on the others returns nil.
    public var needsWhole: String? {
        Memory.self == Void.self ? nil : "it remembers records, and a part never sees those of the other parts"
    }

    /// Whether it has a second input.
    package static var looksUp: Bool { Table.self != Void.self }

    /// True: every record counts.
    public func wantsMore(_ memory: borrowing Memory) -> Bool { true }

    /// Nil: it is not known.
    public func bytesInMemory(_ memory: borrowing Memory, table: borrowing Table) -> Int? { nil }

    /// Adds no records: the memory is dropped at the end.
    public func drain(_ memory: inout Memory, page: Int, outputs: inout Outputs) async throws -> Drained { .end }

    /// Does nothing: the table is ready for use.
    public func seal(_ table: inout Table) async throws {}
}

extension Transform where Memory == Void {
    /// Creates nothing: there is no memory.
    public func makeMemory(_ files: SpillFolder) {}
    /// Stores nothing: there is no memory.
    public func store(_ memory: inout Memory, to writer: inout StateWriter) {}
    /// Restores nothing: there is no memory.
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
    /// Creates nothing: there is no second input.
    public func makeTable(_ files: SpillFolder) {}
    /// Does nothing: there is no second input.
    public func remember(_ batch: borrowing Batch, in table: inout Table) {}
    /// Stores nothing: there is no second input.
    public func storeTable(_ table: inout Table, isSealed: Bool, to writer: inout StateWriter) {}
    /// Restores nothing: there is no second input.
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
