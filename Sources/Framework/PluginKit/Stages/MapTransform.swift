/// A transform with one input, one output and no memory.
///
///     struct Upper: MapTransform {
///         let output: Schema
///         init(_ options: NoOptions, input: Schema, in context: StageContext) { output = input }
///         func apply(to batch: inout Batch) { … }
///     }
public protocol MapTransform: Transform where Memory == Void, Table == Void {
    /// Creates the transform for an input.
    ///
    /// - Throws: An invalid option: a column that does not exist, a kind that does not fit.
    init(_ options: Options, input: Schema, in context: StageContext) throws

    /// The columns of the output.
    var output: Schema { get }

    /// Changes a batch in place, so that it has the columns of `output`.
    ///
    /// Remove records that cannot be used with `batch.reject`, and unwanted ones with `batch.keep`.
    func apply(to batch: inout Batch) async throws
}

extension MapTransform {
    /// Creates the transform for its one input.
    ///
    /// - Throws: An invalid option.
    public init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        try self.init(options, input: inputs.main, in: context)
    }

    /// One unnamed output with the columns of ``output``.
    public var outputs: [Output] { [Output(output)] }

    /// Changes the batch in place.
    public func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Void,
        outputs: inout Outputs
    ) async throws {
        try await apply(to: &batch)
    }
}
