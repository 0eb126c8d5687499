/// The header fields of a request or a response, in order; names are compared case-insensitively.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One field.
    ///
    /// Printing it shows its value only if that is not a secret: neither declared as one nor named like one.
    public struct Field: Sendable, Hashable {
        /// The name as it was written.
        public let name: String
        /// The value without surrounding whitespace.
        public let value: String
        /// Whether the value must not be shown, nor sent to another host.
        public let isSecret: Bool

        /// Creates a field; if `isSecret` is true, printing does not show its value.
        public init(_ name: String, value: String, isSecret: Bool = false) {
            self.name = name
            self.value = value
            self.isSecret = isSecret
        }
    }

    /// All fields, in order.
    public private(set) var fields: [Field]

    /// Creates a list of fields.
    public init(_ fields: [Field] = []) { self.fields = fields }

    /// Fields from a literal, none of them secret.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field($0, value: $1) }
    }

    /// The value of the first field with a name; setting it replaces all fields with that name.
    public subscript(_ name: String) -> String? {
        get { fields.first { Self.isSame($0.name, name) }?.value }
        set {
            fields.removeAll { Self.isSame($0.name, name) }
            if let newValue { fields.append(Field(name, value: newValue)) }
        }
    }

    /// Replaces all fields with the field's name.
    public mutating func set(_ field: Field) {
        fields.removeAll { Self.isSame($0.name, field.name) }
        fields.append(field)
    }

    /// Adds a field, even if others have the same name.
    public mutating func append(_ field: Field) { fields.append(field) }

    /// The values of all fields with this name, in order; names are compared without regard to case.
    public func values(_ name: String) -> [String] { fields.filter { Self.isSame($0.name, name) }.map(\.value) }

    /// The fields without the secret ones.
    public var withoutSecrets: HTTPHeaders { HTTPHeaders(fields.filter { !$0.isSecret }) }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).allSatisfy { lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 { 65...90 ~= byte ? byte | 0x20 : byte }
}

extension HTTPHeaders.Field: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The field as a line, with `•••` in place of a secret.
    public var description: String { "\(name): \(isShown ? value : "•••")" }

    /// The field as a line, with `•••` in place of a secret.
    public var debugDescription: String { description }

    /// Empty: dumping a field shows only its line.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }

    /// Whether the value may be shown: the name reveals a credential even if `isSecret` was not set.
    private var isShown: Bool {
        let name = name.lowercased()
        return !isSecret && !Self.marks.contains { name.contains($0) }
    }

    /// Parts of such names: `Proxy-Authorization`, `Set-Cookie`, `X-Auth-Token` and the like.
    private static let marks = ["authorization", "cookie", "key", "token", "secret", "password"]
}

extension HTTPHeaders: CustomStringConvertible, CustomDebugStringConvertible {
    /// The fields as lines, with `•••` in place of secrets.
    public var description: String { fields.map(\.description).joined(separator: "\n") }

    /// The fields as lines, with `•••` in place of secrets.
    public var debugDescription: String { description }
}
