/// A transform that remembers something from batch to batch: a running number, the keys that it has seen.
///
/// The engine keeps the memory, hands it over with each batch, in the order of the records, and stores it with every
/// checkpoint; so a run that is resumed remembers what it remembered. **The law: where a batch is split makes no
/// difference, and neither does a memory that was stored and read back in between.**
public protocol StatefulTransform: Plugin {
    /// What is remembered. It is stored with every checkpoint, so it should be small.
    associatedtype State: StoredState

    /// Makes the transform for an input.
    ///
    /// - Throws: what is wrong with the options: a column that does not exist, a kind that does not fit.
    init(_ options: Options, input: Schema, in context: StageContext) throws

    /// The columns of what comes out.
    var output: Schema { get }

    /// Which columns of its input it needs. Default: all.
    ///
    /// A column that neither it nor a later stage needs is null in what comes. What it needs must not depend on the
    /// records, for the plan is made before the first.
    var needs: Needs { get }

    /// What is remembered before the first record.
    var initialState: State { get }

    /// Changes a batch in place, so that it has the columns of `output`, and remembers what the next one needs.
    ///
    /// A record that cannot be used is taken out with `batch.reject`; one that is not wanted with `batch.keep`.
    func apply(to batch: inout Batch, remembering state: inout State) async throws

    /// Appends what is left to say when all records are there, such as totals. Default: nothing.
    ///
    /// - Parameters:
    ///   - state: What is remembered of all records.
    ///   - batch: An empty batch with the columns of `output`.
    /// - Throws: what ends the run.
    func finish(_ state: inout State, into batch: inout Batch) async throws
}

extension StatefulTransform {
    /// That the memory is one of all records.
    ///
    /// A transform whose output does not depend on which other records came returns nil.
    public var needsWhole: String? { "it remembers records, and those of the other parts never come to it" }

    /// The contract's kind.
    public static var kind: Registry.Kind? { .transform }
    /// All columns.
    public var needs: Needs { .all }
    /// Nothing is left to say.
    public func finish(_ state: inout State, into batch: inout Batch) async throws {}
}
