public import Records

extension Value {
    /// The value as text, such as in a CSV file; empty for null.
    public var plainText: String {
        switch self {
        case .null: ""
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .real(let value): "\(value)"
        case .text(let value): value
        case .instant(let value): ISO8601.text(ofMicroseconds: value)
        case .date(let value): CivilDate(daysSince1970: value).description
        case .decimal(let value): value.description
        case .bytes(let value): Base64.text(of: value.span)
        }
    }
}
