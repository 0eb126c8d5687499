/// Text that is never shown: it prints as `•••` wherever it could appear.
public struct Secret: OptionValue, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one line that needs it.
    public let revealed: String

    /// Wraps a text so that printing does not show it.
    public init(_ text: String) { revealed = text }
    /// What can be written for it.
    public static var shape: OptionShape { .secret }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { revealed = try input.text(expected: Self.shape) }
    /// The value as it would stand in a file.
    public var literal: String { "\"•••\"" }
    /// Three dots in place of the secret.
    public var description: String { "•••" }
    /// Three dots in place of the secret.
    public var debugDescription: String { "•••" }
    /// Nothing to see.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
