/// Changes batches on their way: fewer records, other columns, other values.
///
/// Made when its input's columns are known; it resolves them then, and works on whole batches from there on.
/// **The law: where a batch is split makes no difference.**
public protocol Transform: Plugin {
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

    /// Changes a batch in place, so that it has the columns of `output`.
    ///
    /// A record that cannot be used is taken out with `batch.reject`; one that is not wanted with `batch.keep`.
    func apply(to batch: inout Batch) async throws
}

extension Transform {
    /// The contract's kind.
    public static var kind: Registry.Kind? { .transform }
    /// All columns.
    public var needs: Needs { .all }
}

/// A transform with a second input, read whole before the first record: a table to look things up in.
///
/// The pipeline file names that input with `lookup`. The table lives in memory: the looked-up side should be the
/// smaller one.
public protocol LookupTransform: Plugin {
    /// What is remembered of the second input.
    associatedtype Table: Sendable

    /// Makes the transform for an input and a second input.
    ///
    /// - Throws: what is wrong with the options: a column that does not exist, a kind that does not fit.
    init(_ options: Options, input: Schema, lookup: Schema, in context: StageContext) throws

    /// The columns of what comes out.
    var output: Schema { get }

    /// Which columns of its first input it needs. Default: all.
    ///
    /// A column that neither it nor a later stage needs is null in what comes. What it needs must not depend on the
    /// records, for the plan is made before the first.
    var needs: Needs { get }

    /// Which columns of the second input it needs: it keeps all of them in memory. Default: all.
    ///
    /// Here, too, `made` and `moved` are about columns of the output.
    var lookupNeeds: Needs { get }

    /// A table that remembers nothing yet.
    func makeTable() -> Table

    /// Remembers the records of a batch of the second input.
    func remember(_ batch: borrowing Batch, in table: inout Table) throws

    /// Changes a batch of the first input in place, so that it has the columns of `output`.
    func apply(to batch: inout Batch, using table: borrowing Table) async throws
}

extension LookupTransform {
    /// The contract's kind.
    public static var kind: Registry.Kind? { .transform }
    /// All columns.
    public var needs: Needs { .all }
    /// All columns.
    public var lookupNeeds: Needs { .all }
}
