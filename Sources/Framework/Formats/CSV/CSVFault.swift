/// Why a record of a CSV text cannot be used although its end is known.
public enum CSVFault: Sendable, Hashable {
    /// Text follows the closing quote of a field, counted from 1.
    case textAfterQuote(field: Int)
    /// It has another number of fields than the others.
    case fields(Int, expected: Int)

    /// A stable name for the reason.
    public var code: String {
        switch self {
        case .textAfterQuote: "csv.quote"
        case .fields: "csv.fields"
        }
    }

    /// The reason, for users.
    public var reason: String {
        switch self {
        case .textAfterQuote(let field): "field \(field) continues after its closing quote"
        case .fields(let count, let expected):
            "it has \(count.counted("field")), and the first record has \(expected)"
        }
    }
}
