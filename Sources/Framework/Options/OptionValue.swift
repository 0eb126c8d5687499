/// A type that an option can have.
///
/// An `enum` with `String` raw values that is `CaseIterable` needs only to declare the conformance.
public protocol OptionValue: Sendable {
    /// The kind of value that can be written for it.
    static var shape: OptionShape { get }

    /// Reads the value from a pipeline file.
    ///
    /// - Throws: `option.type` or a code specific to the type, at the value's place.
    init(from input: OptionInput) throws(Diagnostic)

    /// The value as it is written in a pipeline file; `•••` for a secret.
    var literal: String { get }
}

extension Bool: OptionValue {
    /// `true` or `false`.
    public static var shape: OptionShape { .boolean }
    /// Reads `true` or `false` from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try input.boolean(expected: Self.shape) }
    /// The value as it is written in a pipeline file.
    public var literal: String { description }
}

extension Int: OptionValue {
    /// A whole number.
    public static var shape: OptionShape { .integer }
    /// Reads the number from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = Int(try input.integer(expected: Self.shape)) }
    /// The number as it is written in a pipeline file.
    public var literal: String { description }
}

extension Double: OptionValue {
    /// A floating-point number.
    public static var shape: OptionShape { .real }
    /// Reads the number from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try input.real(expected: Self.shape) }
    /// The number as it is written in a pipeline file.
    public var literal: String { description }
}

extension String: OptionValue {
    /// A text.
    public static var shape: OptionShape { .text }
    /// Reads the text from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try input.text(expected: Self.shape) }
    /// The text as it is written in a pipeline file.
    public var literal: String { quoted }
}

extension Optional: OptionValue where Wrapped: OptionValue {
    /// The shape of the wrapped type.
    public static var shape: OptionShape { Wrapped.shape }
    /// Reads the wrapped value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try Wrapped(from: input) }
    /// The value as it is written in a pipeline file; empty for nil.
    public var literal: String { map(\.literal) ?? "" }
}

extension Array: OptionValue where Element: OptionValue {
    /// A list of the elements' shape.
    public static var shape: OptionShape { .list(Element.shape) }
    /// Reads the list from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        self = []
        for element in try input.elements(expected: Self.shape) { append(try Element(from: element)) }
    }
    /// The list as it is written in a pipeline file.
    public var literal: String { "[" + map(\.literal).joined(separator: ", ") + "]" }
}

extension OptionValue where Self: RawRepresentable, Self: CaseIterable, RawValue == String {
    /// One of the raw values.
    public static var shape: OptionShape { .choice(allCases.map(\.rawValue)) }
    /// Reads one of the raw values from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        let word = try input.text(expected: Self.shape)
        guard let value = Self(rawValue: word) else {
            throw Diagnostic(
                "option.choice",
                message: "expected \(Self.shape.words), found \"\(word.prefix(40))\"",
                at: .text(input.range),
                hint: suggestion(for: word, among: Self.allCases.map(\.rawValue)).map { "did you mean '\($0)'?" }
            )
        }
        self = value
    }
    /// The raw value as it is written in a pipeline file.
    public var literal: String { rawValue.quoted }
}
