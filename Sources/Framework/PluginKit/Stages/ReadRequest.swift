internal import Platform

/// What a plan wants of a source: which columns, which records, and from which value on.
///
/// It is the same for all pages of a run, also of one that is resumed later.
public struct ReadRequest: Hashable, Sendable {
    /// The columns that are wanted, in the order of the source's description: those of the batch that it fills.
    public let schema: Schema
    /// Those of them that may be null in every record if they cannot be had cheaply, since only a remark is made of them.
    public let wished: Set<String>
    /// What must hold for a record to be wanted: conditions that the source has accepted, and no others.
    public let conditions: [Condition]
    /// The least value wanted in the column that grows; nil for all records.
    ///
    /// A record without a value may come or not.
    public let since: Int64?

    /// What is wanted of a source.
    ///
    /// - Parameters:
    ///   - schema: The columns, in the order of its description.
    ///   - wished: Those of them that may be null if they cannot be had cheaply.
    ///   - conditions: What must hold for a record to be wanted; the source must have accepted it.
    ///   - since: The least value wanted in the column that grows; nil for all records.
    public init(_ schema: Schema, wished: Set<String> = [], conditions: [Condition] = [], since: Int64? = nil) {
        self.schema = schema
        self.wished = wished
        self.conditions = conditions
        self.since = since
    }

    /// Whether a column is wanted.
    public func wants(_ column: String) -> Bool { schema.column(column) != nil }

    /// Whether a column is wanted that must not be null for being dear: one that cannot be had is an error then.
    public func needs(_ column: String) -> Bool { wants(column) && !wished.contains(column) }

    /// The same from another value on.
    public func starting(at since: Int64?) -> ReadRequest {
        ReadRequest(schema, wished: wished, conditions: conditions, since: since)
    }
}

/// What a source makes of a request once and uses for each page, such as a decoder.
///
///     let decoder = try decoders.value(for: request) { try Decoder(request.schema) }
///
/// It holds the value of the request that came last.
public final class PerRequest<Value: Sendable>: Sendable {
    private let known = Locked<(request: ReadRequest, value: Value)?>(nil)

    /// Nothing is made yet.
    public init() {}

    /// The value for a request.
    ///
    /// Several calls at the same time may each make one.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - make: Makes the value, if another request or none came last.
    /// - Returns: The value.
    /// - Throws: What `make` throws.
    public func value(for request: ReadRequest, make: () throws -> Value) rethrows -> Value {
        if let known = known.withLock({ $0 }), known.request == request { return known.value }
        let value = try make()
        known.withLock { $0 = (request, value) }
        return value
    }
}
