/// An output of a transform.
public struct Output: Sendable, Hashable {
    /// What comes after the dot in `from = "split.films"`; empty for the only output of a stage.
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

/// What a transform fills beside the batch that it is given: a batch for each of its outputs, empty at first.
///
///     outputs[1] = batch.part(rows)          // records of the batch, with their origin
///     outputs[0].append(values)              // records that it makes
///
/// Batches come into being when they are touched.
public struct Outputs: Sendable {
    private let all: [Output]
    private let origins: Origins
    private var batches: [Batch?] = []

    /// Outputs without records.
    ///
    /// - Parameters:
    ///   - outputs: The outputs, in their order.
    ///   - origins: Where records come from that are put in.
    package init(_ outputs: [Output], origins: Origins = Origins("")) {
        all = outputs
        self.origins = origins
    }

    /// How many outputs there are.
    public var count: Int { all.count }

    /// The records for an output, by its place among `Transform.outputs`.
    ///
    /// - Precondition: there is such an output.
    public subscript(_ index: Int) -> Batch {
        get { index < batches.count ? batches[index] ?? empty(index) : empty(index) }
        _modify {
            var batch = take(index) ?? empty(index)
            defer { batches[index] = batch }
            yield &batch
        }
    }

    /// Hands over the records for an output; nil if none were put in, and nothing else was noted.
    package mutating func take(_ index: Int) -> Batch? {
        if batches.isEmpty { batches = [Batch?](repeating: nil, count: all.count) }
        defer { batches[index] = nil }
        return batches[index]
    }

    /// Whether nothing was put in anywhere.
    package var isUntouched: Bool { batches.allSatisfy { $0 == nil } }

    private func empty(_ index: Int) -> Batch {
        var batch = Batch(all[index].schema)
        batch.origins = origins
        return batch
    }
}
