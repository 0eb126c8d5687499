/// An output of a transform.
public struct Output: Sendable, Hashable {
    /// The part after the dot in `from = "split.films"`; empty for the only output of a stage.
    public let name: String
    /// The columns of its records.
    public let schema: Schema

    /// Creates an output that other stages read as `stage.name`.
    public init(_ name: String, schema: Schema) {
        self.name = name
        self.schema = schema
    }

    /// The only output of a stage.
    public init(_ schema: Schema) { self.init("", schema: schema) }
}

/// The additional batches that a transform fills: one for each of its outputs, empty at first.
///
///     outputs[1] = batch.part(rows)          // records of the batch, with their origin
///     outputs[0].append(values)              // records that it makes
///
/// A batch is created when it is first used.
public struct Outputs: Sendable {
    private let all: [Output]
    private let origins: Origins
    private var batches: [Batch?] = []

    /// Outputs without records.
    ///
    /// - Parameters:
    ///   - outputs: The outputs, in order.
    ///   - origins: The origin of records that are added.
    package init(_ outputs: [Output], origins: Origins = Origins("")) {
        all = outputs
        self.origins = origins
    }

    /// The number of outputs.
    public var count: Int { all.count }

    /// The batch of an output, by its position in `Transform.outputs`.
    ///
    /// - Precondition: There is such an output.
    public subscript(_ index: Int) -> Batch {
        get { index < batches.count ? batches[index] ?? empty(index) : empty(index) }
        _modify {
            var batch = take(index) ?? empty(index)
            defer { batches[index] = batch }
            yield &batch
        }
    }

    /// Takes the records of an output; nil if it has none and nothing else was recorded for it.
    package mutating func take(_ index: Int) -> Batch? {
        if batches.isEmpty { batches = [Batch?](repeating: nil, count: all.count) }
        defer { batches[index] = nil }
        return batches[index]
    }

    /// Refuses records of which texts are missing.
    ///
    /// - Throws: `batch.text`.
    package func checkText() throws(Diagnostic) {
        for case let batch? in batches { try batch.checkText() }
    }

    /// Whether no output was used.
    package var isUntouched: Bool { batches.allSatisfy { $0 == nil } }

    private func empty(_ index: Int) -> Batch {
        var batch = Batch(all[index].schema)
        batch.origins = origins
        return batch
    }
}
