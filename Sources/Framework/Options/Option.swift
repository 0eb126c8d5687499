/// Declares an option of a plugin, once, on the property that holds it.
///
///     struct Options: OptionGroup {
///         @Option("Records in one page.", in: 1...250) var pageSize = 250
///         @Option("Whose history to read.") var user: String
///     }
///
/// From this come parsing, the checks of kind and range with their place in the file, the default, the reference page
/// and the sample file. An option without a default must be given, unless it is optional. The file's name for it is the
/// property's in `snake_case`.
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

    /// What the file says, or the default.
    ///
    /// - Precondition: the group was bound to a table, or the option has a default.
    public var wrappedValue: Value {
        guard let value else { preconditionFailure("an option without a default was read before it was bound") }
        return value
    }

    /// Where it was written: nil if the file says nothing and the default holds.
    ///
    /// Of a secret, the place is shown and what stands there is not.
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
    ///   - deprecated: What to use instead, as a hint, if it should not be used any more.
    ///   - choosesRecords: Whether a source has other records if it is another one; see `Source.identity`. An option
    ///     that only decides how they are read, such as a page size, does not.
    public init(wrappedValue: Value, _ help: String, deprecated: String? = nil, choosesRecords: Bool = true) {
        self.init(
            Declaration(help: help, deprecation: deprecated, choosesRecords: choosesRecords),
            default: wrappedValue
        )
    }

    /// An option that must be given.
    ///
    /// - Parameters:
    ///   - help: What it does, in one sentence.
    ///   - choosesRecords: Whether a source has other records if it is another one; see `Source.identity`.
    public init(_ help: String, choosesRecords: Bool = true) {
        self.init(Declaration(help: help, choosesRecords: choosesRecords), default: nil)
    }

    /// An option with a default and limits.
    ///
    /// - Parameters:
    ///   - wrappedValue: The default.
    ///   - help: What it does, in one sentence.
    ///   - limits: The least and the greatest value.
    ///   - deprecated: What to use instead, as a hint, if it should not be used any more.
    ///   - choosesRecords: Whether a source has other records if it is another one; see `Source.identity`.
    /// - Precondition: the default lies within the limits.
    public init(
        wrappedValue: Value,
        _ help: String,
        in limits: ClosedRange<Value>,
        deprecated: String? = nil,
        choosesRecords: Bool = true
    )
    where Value: Comparable {
        precondition(limits.contains(wrappedValue), "the default of an option lies outside its limits")
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

    /// An option with limits that must be given.
    public init(_ help: String, in limits: ClosedRange<Value>) where Value: Comparable {
        self.init(Declaration(help: help, limits: limits.literal) { limits.contains($0) }, default: nil)
    }

    /// An option that may be left out.
    ///
    /// - Parameters:
    ///   - help: What it does, in one sentence.
    ///   - choosesRecords: Whether a source has other records if it is another one; see `Source.identity`.
    public init(_ help: String, choosesRecords: Bool = true) where Value: ExpressibleByNilLiteral {
        self.init(Declaration(help: help, choosesRecords: choosesRecords), default: .some(nil))
    }

    /// An option that may be left out, and should be.
    ///
    /// - Parameters:
    ///   - help: What it does, in one sentence.
    ///   - deprecated: What to use instead, as a hint: `use 'page_size'`.
    public init(_ help: String, deprecated: String) where Value: ExpressibleByNilLiteral {
        self.init(Declaration(help: help, deprecation: deprecated), default: .some(nil))
    }

    /// An option with limits that may be left out.
    ///
    /// - Parameters:
    ///   - help: What it does, in one sentence.
    ///   - limits: The least and the greatest value.
    ///   - choosesRecords: Whether a source has other records if it is another one; see `Source.identity`.
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
    /// The value as it would stand in a file; a secret stands as `•••`.
    public var description: String { value?.literal ?? "" }

    /// The value alone: the place holds the whole text of the file, with whatever secrets are in it.
    public var customMirror: Mirror { Mirror(self, children: ["value": value as Any]) }
}

extension ClosedRange where Bound: OptionValue {
    fileprivate var literal: String { "\(lowerBound.literal)...\(upperBound.literal)" }
}

/// What the binder does with an option of any type.
protocol OptionDeclaration {
    func definition(named name: String) -> OptionDefinition
    /// The value that the file gives, checked.
    func bound(to input: OptionInput) throws(Diagnostic) -> any Sendable
    /// The option at its default, or nil if it must be given.
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
    /// Takes the option that the binder has made ready; no other decoder has one.
    public init(from decoder: any Decoder) throws {
        guard let bound = (decoder as? BoundOptionDecoder)?.option as? Option<Value> else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "options are bound with OptionGroup.bind")
            )
        }
        self = bound
    }
}
