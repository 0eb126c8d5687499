internal import Diagnostics

/// A value being encoded: filled by the containers of Codable, then written by `TOMLWriter`.
final class EncodedValue {
    enum Content {
        case scalar(String)
        case array([EncodedValue])
        case table([(key: String, value: EncodedValue)])
    }

    /// The content; nil until it is set.
    private(set) var content: Content?
    /// The position of each key of a table, by its bytes.
    private var positions: [[UInt8]: Int] = [:]
    let codingPath: [any CodingKey]
    let sharedInfo: [CodingUserInfoKey: any Sendable]

    init(codingPath: [any CodingKey], userInfo: [CodingUserInfoKey: any Sendable]) {
        self.codingPath = codingPath
        sharedInfo = userInfo
    }

    /// Encodes a value.
    convenience init(
        encoding value: some Encodable,
        codingPath: [any CodingKey],
        userInfo: [CodingUserInfoKey: any Sendable]
    ) throws {
        self.init(codingPath: codingPath, userInfo: userInfo)
        try fill(value)
    }

    /// Encodes a value into this one.
    func fill(_ value: some Encodable) throws {
        // An element of an array of tables is a step of the path but not a level of the document, so this only limits
        // recursion; `TOMLWriter` counts levels.
        guard codingPath.count <= 2 * TOMLWriter.maximumDepth else { throw TOMLWriter.tooDeep(at: name) }
        if let scalar = value as? any TOMLScalar {
            do {
                content = .scalar(try scalar.literal())
            } catch {
                var problem = error
                problem.message = "\(name): \(error.message)"
                throw problem
            }
        } else {
            try value.encode(to: self)
            // A type that encodes nothing is a table without keys.
            if content == nil { becomeTable() }
        }
    }

    func becomeTable() {
        guard case .table = content else {
            content = .table([])
            return
        }
    }

    func becomeArray() {
        guard case .array = content else {
            content = .array([])
            return
        }
    }

    var count: Int {
        guard case .array(let elements) = content else { return 0 }
        return elements.count
    }

    func append(_ element: EncodedValue) {
        guard case .array(var elements) = content else { return }
        content = nil
        elements.append(element)
        content = .array(elements)
    }

    /// Sets the value of a key; a key that is set twice keeps its position.
    func set(_ key: String, to value: EncodedValue) {
        guard case .table(var entries) = content else { return }
        content = nil
        let bytes = Array(key.utf8)
        if let index = positions[bytes] {
            entries[index].value = value
        } else {
            positions[bytes] = entries.count
            entries.append((key, value))
        }
        content = .table(entries)
    }

    /// The path, for messages.
    var name: String {
        var name = ""
        for key in codingPath {
            if let index = key.intValue, key is IndexKey {
                name += "[\(index)]"
            } else {
                name += (name.isEmpty ? "" : ".") + KeyText.quotedIfNeeded(key.stringValue)
            }
        }
        return "'\(name)'"
    }

    /// A value inside this one.
    func inner(_ key: any CodingKey) -> EncodedValue {
        EncodedValue(codingPath: codingPath + [key], userInfo: sharedInfo)
    }
}

extension EncodedValue: Encoder {
    var userInfo: [CodingUserInfoKey: Any] { sharedInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        becomeTable()
        return KeyedEncodingContainer(TableEncoding<Key>(self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        becomeArray()
        return ArrayEncoding(self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ScalarEncoding(self) }
}
