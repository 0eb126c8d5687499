internal import Formats
internal import PluginKit

/// The stored data of one account: texts and integers by name.
///
/// It prints as dots. Members that a later version has added are kept.
public struct Credential: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private(set) var members: [JSONValue.Member]

    /// Creates an empty credential.
    public init() { members = [] }

    init(members: [JSONValue.Member]) { self.members = members }

    /// A text; nil if there is none of this name, and setting nil removes it.
    public subscript(text name: String) -> String? {
        get { value(name)?.string }
        set { set(name, to: newValue.map { .string($0) }) }
    }

    /// An integer; nil if there is none of this name, and setting nil removes it.
    public subscript(number name: String) -> Int64? {
        get { value(name)?.integer }
        set { set(name, to: newValue.map { .integer($0) }) }
    }

    private func value(_ name: String) -> JSONValue? { members.last { $0.key == name }?.value }

    private mutating func set(_ name: String, to value: JSONValue?) {
        let place = members.firstIndex { $0.key == name } ?? members.endIndex
        members.removeAll { $0.key == name }
        if let value { members.insert(JSONValue.Member(name, value: value), at: min(place, members.endIndex)) }
    }

    /// Always `•••`, so that no secret is printed.
    public var description: String { "•••" }
    /// Always `•••`, so that no secret is printed.
    public var debugDescription: String { "•••" }
    /// Without children, so that no secret is shown.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
