/// A record that cannot be used, and why.
public struct Rejection: Sendable, Hashable {
    /// A stable name for the reason, such as `letterboxd.no-film`.
    public let code: String
    /// The reason, for users.
    public let reason: String
    /// Where the record came from: `watched-history-3.json, record 17`.
    public let position: String
    /// The record as the stage received it: a name and a value for each column that was not null.
    public let record: [Item]

    /// A record that cannot be used, and why.
    public init(code: String, reason: String, position: String, record: [Item]) {
        self.code = code
        self.reason = reason
        self.position = position
        self.record = record
    }

    /// One cell of a rejected record.
    public struct Item: Sendable, Hashable {
        /// The name of the column in the schema of the batch.
        public let name: String
        /// The value of the cell.
        public let value: Value

        /// A cell with a name and a value.
        public init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }
}

extension Batch {
    /// Notes a record that could not even be appended, such as a damaged line of a file.
    public mutating func noteRejected(_ rejection: Rejection) { rejections.append(rejection) }
}
