internal import Platform

/// What a plan requests from a source: which columns, which records, and from which value on.
///
/// It is the same for all pages of a run, and of a run that is resumed later.
public struct ReadRequest: Hashable, Sendable {
    /// The requested columns, in the order of the source's description: those of the batch that it fills.
    public let schema: Schema
    /// Requested columns that may be null in every record if they are expensive to provide, since they are optional to
    /// every stage.
    public let optional: Set<String>
    /// What must hold for a record to be wanted: only conditions that the source has accepted.
    public let conditions: [Condition]
    /// The least value wanted in the growing column; nil for all records.
    ///
    /// A record without a value may be delivered or not.
    public let since: Int64?
    /// What the source has chosen as new (`News.selection`); nil for everything.
    public let selection: [UInt8]?

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - schema: The columns, in the order of the source's description.
    ///   - optional: Those of them that may be null if they are expensive to provide.
    ///   - conditions: What must hold for a record to be wanted; the source must have accepted each.
    ///   - since: The least value wanted in the growing column; nil for all records.
    ///   - selection: What the source has chosen as new; nil for everything.
    public init(
        _ schema: Schema,
        optional: Set<String> = [],
        conditions: [Condition] = [],
        since: Int64? = nil,
        selection: [UInt8]? = nil
    ) {
        self.schema = schema
        self.optional = optional
        self.conditions = conditions
        self.since = since
        self.selection = selection
    }

    /// Whether a column is requested.
    public func wants(_ column: String) -> Bool { schema.column(column) != nil }

    /// Whether a column is requested and must not be null on grounds of cost: if it cannot be provided, that is an
    /// error.
    public func needs(_ column: String) -> Bool { wants(column) && !optional.contains(column) }

    /// The same request from another value on.
    public func starting(at since: Int64?) -> ReadRequest {
        ReadRequest(schema, optional: optional, conditions: conditions, since: since, selection: selection)
    }

    /// The same request for what the source has chosen as new.
    public func selecting(_ selection: [UInt8]?) -> ReadRequest {
        ReadRequest(schema, optional: optional, conditions: conditions, since: since, selection: selection)
    }
}

/// A value that a source creates once per request and uses for each page, such as a decoder.
///
///     let decoder = try decoders.value(for: request) { try Decoder(request.schema) }
///
/// It holds the value of the latest request.
public final class PerRequest<Value: Sendable>: Sendable {
    private let known = Locked<(request: ReadRequest, value: Value)?>(nil)

    /// Creates an empty holder.
    public init() {}

    /// The value for a request.
    ///
    /// Several simultaneous calls may each create one.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - make: Creates the value if the latest request was another one.
    /// - Returns: The value.
    /// - Throws: What `make` throws.
    public func value(for request: ReadRequest, make: () throws -> Value) rethrows -> Value {
        if let known = known.withLock({ $0 }), known.request == request { return known.value }
        let value = try make()
        known.withLock { $0 = (request, value) }
        return value
    }
}
