internal import Formats
internal import PluginKit

/// What is kept of one account: texts and whole numbers by name.
///
/// It prints as dots. What a later version has put there and this one does not know stays as it is.
public struct Credential: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private(set) var members: [JSONValue.Member]

    /// Nothing yet.
    public init() { members = [] }

    init(members: [JSONValue.Member]) { self.members = members }

    /// A text; nil if there is none of the name, and setting nil takes it out.
    public subscript(text name: String) -> String? {
        get { value(name)?.string }
        set { set(name, to: newValue.map { .string($0) }) }
    }

    /// A whole number; nil if there is none of the name, and setting nil takes it out.
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

    /// Dots.
    public var description: String { "•••" }
    /// Dots.
    public var debugDescription: String { "•••" }
    /// Nothing to see.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
