/// A transform of one input and one output that remembers nothing.
///
///     struct Upper: MapTransform {
///         let output: Schema
///         init(_ options: NoOptions, input: Schema, in context: StageContext) { output = input }
///         func apply(to batch: inout Batch) { … }
///     }
public protocol MapTransform: Transform where Memory == Void, Table == Void {
    /// Makes the transform for an input.
    ///
    /// - Throws: what is wrong with the options: a column that does not exist, a kind that does not fit.
    init(_ options: Options, input: Schema, in context: StageContext) throws

    /// The columns of what comes out.
    var output: Schema { get }

    /// Changes a batch in place, so that it has the columns of `output`.
    ///
    /// A record that cannot be used is taken out with `batch.reject`; one that is not wanted with `batch.keep`.
    func apply(to batch: inout Batch) async throws
}

extension MapTransform {
    /// Makes the transform for its one input.
    ///
    /// - Throws: what is wrong with the options.
    public init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        try self.init(options, input: inputs.main, in: context)
    }

    /// One unnamed output with the columns of ``output``.
    public var outputs: [Output] { [Output(output)] }

    /// Changes the batch.
    public func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Void,
        outputs: inout Outputs
    ) async throws {
        try await apply(to: &batch)
    }
}
