/// A text that is never shown: it prints as `•••`.
public struct Secret: OptionValue, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself.
    ///
    /// Use it only where it is needed.
    public let revealed: String

    /// Wraps a text so that printing does not show it.
    public init(_ text: String) { revealed = text }
    /// A secret text.
    public static var shape: OptionShape { .secret }
    /// Reads the secret from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { revealed = try input.text(expected: Self.shape) }
    /// Three dots in place of the secret, as a quoted text.
    public var literal: String { "\"•••\"" }
    /// Three dots in place of the secret.
    public var description: String { "•••" }
    /// Three dots in place of the secret.
    public var debugDescription: String { "•••" }
    /// Empty: dumping a secret shows nothing of it.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
