/// A type that an option can have.
///
/// Every `enum` with `String` raw values that is `CaseIterable` becomes one by saying so.
public protocol OptionValue: Sendable {
    /// What can be written for it.
    static var shape: OptionShape { get }

    /// Reads the value from a pipeline file.
    ///
    /// - Throws: `option.type` or a code of the type's own, at the value's place.
    init(from input: OptionInput) throws(Diagnostic)

    /// The value as it would stand in a file; a secret stands as `•••`.
    var literal: String { get }
}

extension Bool: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .boolean }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try input.boolean(expected: Self.shape) }
    /// The value as it would stand in a file.
    public var literal: String { description }
}

extension Int: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .integer }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = Int(try input.integer(expected: Self.shape)) }
    /// The value as it would stand in a file.
    public var literal: String { description }
}

extension Double: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .real }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try input.real(expected: Self.shape) }
    /// The value as it would stand in a file.
    public var literal: String { description }
}

extension String: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .text }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try input.text(expected: Self.shape) }
    /// The value as it would stand in a file.
    public var literal: String { quoted }
}

extension Optional: OptionValue where Wrapped: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { Wrapped.shape }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try Wrapped(from: input) }
    /// The value as it would stand in a file.
    public var literal: String { map(\.literal) ?? "" }
}

extension Array: OptionValue where Element: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .list(Element.shape) }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        self = []
        for element in try input.elements(expected: Self.shape) { append(try Element(from: element)) }
    }
    /// The value as it would stand in a file.
    public var literal: String { "[" + map(\.literal).joined(separator: ", ") + "]" }
}

extension OptionValue where Self: RawRepresentable, Self: CaseIterable, RawValue == String {
    /// What can be written for it.
    public static var shape: OptionShape { .choice(allCases.map(\.rawValue)) }
    /// Reads the value from a pipeline file.
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
    /// The value as it would stand in a file.
    public var literal: String { rawValue.quoted }
}
