/// The header fields of a request or an answer, in their order; names are compared without regard to case.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One field.
    ///
    /// Printed, it shows its value only if that is no secret: neither declared as one nor named like one.
    public struct Field: Sendable, Hashable {
        /// The name as it was written.
        public let name: String
        /// The value without white space round it.
        public let value: String
        /// Whether the value must not be shown to anybody, nor be sent to another host.
        public let isSecret: Bool

        /// Creates a field; if `isSecret` is true, printing does not show its value.
        public init(_ name: String, value: String, isSecret: Bool = false) {
            self.name = name
            self.value = value
            self.isSecret = isSecret
        }
    }

    /// All fields, in their order.
    public private(set) var fields: [Field]

    /// Fields in an order.
    public init(_ fields: [Field] = []) { self.fields = fields }

    /// Fields, none of them secret.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field($0, value: $1) }
    }

    /// The value of the first field of a name; setting it replaces all of that name.
    public subscript(_ name: String) -> String? {
        get { fields.first { Self.isSame($0.name, name) }?.value }
        set {
            fields.removeAll { Self.isSame($0.name, name) }
            if let newValue { fields.append(Field(name, value: newValue)) }
        }
    }

    /// Puts a field in the place of all of its name.
    public mutating func set(_ field: Field) {
        fields.removeAll { Self.isSame($0.name, field.name) }
        fields.append(field)
    }

    /// Adds a field, also beside others of its name.
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
    /// The field as a line, `•••` in the place of a secret.
    public var description: String { "\(name): \(isShown ? value : "•••")" }

    /// The field as a line, `•••` in the place of a secret.
    public var debugDescription: String { description }

    /// The line alone.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }

    /// Whether the value may be shown: names of credentials tell what those have forgotten who made the field.
    private var isShown: Bool {
        let name = name.lowercased()
        return !isSecret && !Self.marks.contains { name.contains($0) }
    }

    /// What is in such names: `Proxy-Authorization`, `Set-Cookie`, `X-Auth-Token` and the like.
    private static let marks = ["authorization", "cookie", "key", "token", "secret", "password"]
}

extension HTTPHeaders: CustomStringConvertible, CustomDebugStringConvertible {
    /// The fields as lines, `•••` in the place of secrets.
    public var description: String { fields.map(\.description).joined(separator: "\n") }

    /// The fields as lines, `•••` in the place of secrets.
    public var debugDescription: String { description }
}
