package import Formats

extension JSONValue {
    /// A text, or null.
    package init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }

    /// A number, or null.
    package init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }

    /// The same with more members behind the others.
    package func adding(_ members: Member...) -> JSONValue { .object((object ?? []) + members) }

    /// The same with the members of every object in another order.
    func reordered(by arrange: ([Member]) -> [Member]) -> JSONValue {
        switch self {
        case .object(let members):
            .object(arrange(members.map { Member($0.key, value: $0.value.reordered(by: arrange)) }))
        case .array(let values): .array(values.map { $0.reordered(by: arrange) })
        default: self
        }
    }
}
