/// Declares an option of a plugin on the property that holds it.
///
///     struct Options: OptionGroup {
///         @Option("Records in one page.", in: 1...250) var pageSize = 250
///         @Option("Whose history to read.") var user: String
///     }
///
/// Parsing, checks of kind and range with their place in the file, the default, the reference page and the sample file
/// all follow from this declaration. An option without a default is required, unless its type is optional. Its name in
/// files is the property's in `snake_case`.
@propertyWrapper
public struct Option<Value: OptionValue>: Sendable {
    private let declaration: Declaration?
    private let value: Value?
    private let origin: SourceRange?

    fileprivate struct Declaration: Sendable {
        var help: String
        var limits: String?
        var deprecation: String?
        var choosesRecords = true
        var check: (@Sendable (Value) -> Bool)?
    }

    /// The value in the file, or the default.
    ///
    /// - Precondition: The group was bound to a table, or the option has a default.
    public var wrappedValue: Value {
        guard let value else { preconditionFailure("an option without a default was read before it was bound") }
        return value
    }

    /// The place where the value was written; nil if it is the default.
    ///
    /// For a secret, messages show the place and not the text there.
    public var projectedValue: Diagnostic.Place? {
        guard let origin else { return nil }
        return if case .secret = Value.shape { .text(origin.asSecret) } else { .text(origin) }
    }

    private init(_ declaration: Declaration, default value: Value?) {
        self.declaration = declaration
        self.value = value
        origin = nil
    }

    /// An option with a default.
    ///
    /// - Parameters:
    ///   - wrappedValue: The default.
    ///   - help: What it does, in one sentence.
    ///   - deprecated: For a deprecated option, what to use instead, as a hint.
    ///   - choosesRecords: Whether the value of the option affects which records a source has; see `Source.identity`.
    ///     An option that only affects how they are read, such as a page size, does not.
    public init(wrappedValue: Value, _ help: String, deprecated: String? = nil, choosesRecords: Bool = true) {
        self.init(
            Declaration(help: help, deprecation: deprecated, choosesRecords: choosesRecords),
            default: wrappedValue
        )
    }

    /// A required option.
    ///
    /// - Parameters:
    ///   - help: What it does, in one sentence.
    ///   - choosesRecords: Whether the value of the option affects which records a source has; see `Source.identity`.
    public init(_ help: String, choosesRecords: Bool = true) {
        self.init(Declaration(help: help, choosesRecords: choosesRecords), default: nil)
    }

    /// An option with a default and limits.
    ///
    /// - Parameters:
    ///   - wrappedValue: The default.
    ///   - help: What it does, in one sentence.
    ///   - limits: The least and the greatest value.
    ///   - deprecated: For a deprecated option, what to use instead, as a hint.
    ///   - choosesRecords: Whether the value of the option affects which records a source has; see `Source.identity`.
    /// - Precondition: The default is within the limits.
    public init(
        wrappedValue: Value,
        _ help: String,
        in limits: ClosedRange<Value>,
        deprecated: String? = nil,
        choosesRecords: Bool = true
    )
    where Value: Comparable {
        precondition(limits.contains(wrappedValue), "the default of an option is outside its limits")
        self.init(
            Declaration(
                help: help,
                limits: limits.literal,
                deprecation: deprecated,
                choosesRecords: choosesRecords,
                check: { limits.contains($0) }
            ),
            default: wrappedValue
        )
    }

    /// A required option with limits.
    public init(_ help: String, in limits: ClosedRange<Value>) where Value: Comparable {
        self.init(Declaration(help: help, limits: limits.literal) { limits.contains($0) }, default: nil)
    }

    /// An optional option.
    ///
    /// - Parameters:
    ///   - help: What it does, in one sentence.
    ///   - choosesRecords: Whether the value of the option affects which records a source has; see `Source.identity`.
    public init(_ help: String, choosesRecords: Bool = true) where Value: ExpressibleByNilLiteral {
        self.init(Declaration(help: help, choosesRecords: choosesRecords), default: .some(nil))
    }

    /// A deprecated optional option.
    ///
    /// - Parameters:
    ///   - help: What it does, in one sentence.
    ///   - deprecated: What to use instead, as a hint: `use 'page_size'`.
    public init(_ help: String, deprecated: String) where Value: ExpressibleByNilLiteral {
        self.init(Declaration(help: help, deprecation: deprecated), default: .some(nil))
    }

    /// An optional option with limits.
    ///
    /// - Parameters:
    ///   - help: What it does, in one sentence.
    ///   - limits: The least and the greatest value.
    ///   - choosesRecords: Whether the value of the option affects which records a source has; see `Source.identity`.
    public init<Wrapped: OptionValue & Comparable>(
        _ help: String,
        in limits: ClosedRange<Wrapped>,
        choosesRecords: Bool = true
    )
    where Value == Wrapped? {
        self.init(
            Declaration(
                help: help,
                limits: limits.literal,
                choosesRecords: choosesRecords,
                check: { $0.map(limits.contains) ?? true }
            ),
            default: .some(nil)
        )
    }
}

extension Option: CustomStringConvertible, CustomReflectable {
    /// The value as it is written in a pipeline file; `•••` for a secret.
    public var description: String { value?.literal ?? "" }

    /// The value only: the place refers to the whole text of the file, including any secrets.
    public var customMirror: Mirror { Mirror(self, children: ["value": value as Any]) }
}

extension ClosedRange where Bound: OptionValue {
    fileprivate var literal: String { "\(lowerBound.literal)...\(upperBound.literal)" }
}

/// What the binder needs of an option of any type.
protocol OptionDeclaration: Sendable {
    func definition(named name: String) -> OptionDefinition
    /// The value in the file, checked.
    func bound(to input: OptionInput) throws(Diagnostic) -> any Sendable
    /// The option with its default; nil if it is required.
    var unbound: (any Sendable)? { get }
}

extension Option: OptionDeclaration {
    func definition(named name: String) -> OptionDefinition {
        OptionDefinition(
            name: name,
            help: declaration?.help ?? "",
            shape: Value.shape,
            defaultLiteral: value.flatMap { $0.literal.isEmpty ? nil : $0.literal },
            isRequired: value == nil,
            limits: declaration?.limits,
            deprecation: declaration?.deprecation,
            choosesRecords: declaration?.choosesRecords ?? true
        )
    }

    func bound(to input: OptionInput) throws(Diagnostic) -> any Sendable {
        let value = try Value(from: input)
        if let declaration, let check = declaration.check, !check(value) {
            throw Diagnostic(
                "option.range",
                message: "\(value.literal) is out of range",
                at: .text(input.range),
                hint: declaration.limits.map { "allowed: \($0)" }
            )
        }
        return Option(value: value, origin: input.range)
    }

    var unbound: (any Sendable)? { value == nil ? nil : self }

    private init(value: Value, origin: SourceRange) {
        declaration = nil
        self.value = value
        self.origin = origin
    }
}

extension Option: Decodable {
    /// Takes the option that the binder has prepared; other decoders are not supported.
    public init(from decoder: any Decoder) throws {
        guard let bound = (decoder as? BoundOptionDecoder)?.option as? Option<Value> else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "options are bound with OptionGroup.bind")
            )
        }
        self = bound
    }
}
