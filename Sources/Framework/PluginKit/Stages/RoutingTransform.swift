/// A transform with several outputs, each with a name: `from = "split.films"` reads the output `films` of `split`.
///
/// **The law: where a batch is split makes no difference.**
public protocol RoutingTransform: Plugin {
    /// Makes the transform for an input.
    ///
    /// - Throws: what is wrong with the options: a column that does not exist, a kind that does not fit.
    init(_ options: Options, input: Schema, in context: StageContext) throws

    /// The outputs, each with its columns.
    var outputs: [NamedOutput] { get }

    /// Which columns of its input it needs. Default: all.
    ///
    /// A column that neither it nor a later stage needs is null in what comes. What it needs must not depend on the
    /// records, for the plan is made before the first.
    var needs: Needs { get }

    /// Moves the records of a batch to the outputs.
    ///
    /// - Parameters:
    ///   - batch: The records. What is still in it afterwards counts as filtered; rejected records are taken out with
    ///     `batch.reject`.
    ///   - outputs: An empty batch for each of `outputs`, in their order.
    /// - Throws: what ends the run.
    func route(_ batch: inout Batch, to outputs: inout [Batch]) async throws
}

extension RoutingTransform {
    /// The contract's kind.
    public static var kind: Registry.Kind? { .transform }
    /// All columns.
    public var needs: Needs { .all }
}

/// An output of a transform.
public struct NamedOutput: Sendable, Hashable {
    /// What comes behind the dot in `from = "split.films"`.
    public let name: String
    /// The columns of its records.
    public let schema: Schema

    /// An output.
    public init(_ name: String, _ schema: Schema) {
        self.name = name
        self.schema = schema
    }
}
