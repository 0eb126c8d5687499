/// A function of the language: what it is called, what it takes, what it is for, and how it is computed.
///
///     Function("upper", group: .letters, summary: "The text in upper case.", example: #"upper("straße")"#,
///         result: #""STRASSE""#, [Overload([.text], gives: .text, kernel: .text { … })])
///
/// The table (`FunctionTable`) is what the checker, the messages and the page of the documentation read.
package struct Function: Sendable {
    /// The name, in `snake_case`.
    package let name: String
    /// Under which heading the documentation lists it.
    package let group: FunctionGroup
    /// What it gives, in one sentence.
    package let summary: String
    /// An expression without columns that shows it; a test evaluates it.
    package let example: String
    /// What the example gives, as `sprocket eval` writes it.
    package let result: String
    /// Its forms, of which the first that fits is taken.
    package let overloads: [Overload]
    /// What a message says to a wrong number of arguments; nil for the example.
    package let usage: String?

    /// A function.
    package init(
        _ name: String,
        group: FunctionGroup,
        summary: String,
        example: String,
        result: String,
        usage: String? = nil,
        _ overloads: [Overload]
    ) {
        self.name = name
        self.group = group
        self.summary = summary
        self.example = example
        self.result = result
        self.usage = usage
        self.overloads = overloads
    }
}

/// A heading of the documentation of functions.
package enum FunctionGroup: String, Sendable, CaseIterable {
    case choice = "Null and choice"
    case conversion = "Conversion"
    case tests = "Tests of text"
    case letters = "Case and blanks"
    case parts = "Parts of text"
    case changes = "Changes of text"
    case patterns = "Regular expressions"
    case numbers = "Numbers"
    case numberText = "Numbers as text"
    case timeParts = "Parts of times"
    case times = "Times"
    case other = "Other"
}

/// What a function takes at one place.
package struct Parameter: Sendable {
    /// The form of an argument.
    package enum Form: Sendable {
        /// Any expression.
        case value
        /// The same for all records: `Call.constant(_:)` has it when the plan is made.
        case constant
        /// A constant text whose backslashes stay; see `Call.pattern(_:)`.
        case pattern
    }

    /// The type; nil for any.
    ///
    /// An integer is widened where a real or a decimal number is wanted.
    package let type: ValueType?
    /// As messages say it: `how many characters`.
    package let phrase: String
    /// The form.
    package let form: Form

    /// A parameter; `phrase` is, for example, `how many characters`, by default `a text` and the like.
    package init(_ type: ValueType?, phrase: String? = nil, form: Form = .value) {
        self.type = type
        self.phrase = phrase ?? type?.phrase ?? "a value"
        self.form = form
    }

    /// A text.
    package static let text = Parameter(.text)
    /// A whole number.
    package static let integer = Parameter(.integer)
    /// A real number, or an integer as one.
    package static let real = Parameter(.real)
    /// A decimal number, or an integer as one.
    package static let decimal = Parameter(.decimal)
    /// True or false.
    package static let boolean = Parameter(.boolean)
    /// An instant.
    package static let instant = Parameter(.instant)
    /// A date.
    package static let date = Parameter(.date)
    /// Bytes.
    package static let bytes = Parameter(.bytes)
    /// A length of time.
    package static let duration = Parameter(.duration)
    /// A value of any type.
    package static let any = Parameter(nil)
    /// A pattern.
    package static let pattern = Parameter(.text, phrase: "a pattern", form: .pattern)
    /// The name of a time zone.
    package static let zone = Parameter(.text, phrase: "a time zone", form: .constant)
}

/// One form of a function: the types that it takes, and what it computes of them.
package struct Overload: Sendable {
    /// What happens if an argument is null.
    package enum Nulls: Sendable {
        /// The result is null, and the kernel is not called.
        case propagate
        /// The kernel looks at nulls itself (`Arguments.isNull`).
        case passed
    }

    /// What it takes.
    package let parameters: [Parameter]
    /// Whether the last parameter may be given several times.
    package let repeatsLast: Bool
    /// The type of the result; nil for that of a special form, which the checker knows.
    package let result: ValueType?
    /// What happens to nulls.
    package let nulls: Nulls
    /// Whether the result can be null although no argument is.
    package let canGiveNull: Bool
    /// Whether the same arguments always give the same result, so that a call with constants is a constant.
    package let isPure: Bool
    /// Makes the kernel for a call, when the plan is made.
    package let make: @Sendable (Call) throws(Diagnostic) -> Kernel

    /// A form whose kernel depends on the call, such as on a pattern, which it compiles.
    ///
    /// - Parameters:
    ///   - parameters: What it takes.
    ///   - repeatsLast: Whether the last parameter may be given several times.
    ///   - result: The type of the result.
    ///   - nulls: What happens to nulls.
    ///   - canGiveNull: Whether the result can be null although no argument is.
    ///   - isPure: Whether the same arguments always give the same result.
    ///   - make: Makes the kernel; it throws a finding at an argument (`Call.finding`).
    package init(
        _ parameters: [Parameter],
        repeatsLast: Bool = false,
        gives result: ValueType,
        nulls: Nulls = .propagate,
        canGiveNull: Bool = false,
        isPure: Bool = true,
        make: @escaping @Sendable (Call) throws(Diagnostic) -> Kernel
    ) {
        self.parameters = parameters
        self.repeatsLast = repeatsLast
        self.result = result
        self.nulls = nulls
        self.canGiveNull = canGiveNull
        self.isPure = isPure
        self.make = make
    }

    /// A form with one kernel for all calls.
    package init(
        _ parameters: [Parameter],
        repeatsLast: Bool = false,
        gives result: ValueType,
        nulls: Nulls = .propagate,
        canGiveNull: Bool = false,
        kernel: Kernel
    ) {
        self.init(
            parameters,
            repeatsLast: repeatsLast,
            gives: result,
            nulls: nulls,
            canGiveNull: canGiveNull,
            make: { _ in kernel }
        )
    }

    /// A form that the checker knows, such as `coalesce`, which evaluates an argument only where it is needed.
    package init(special parameters: [Parameter], repeatsLast: Bool = false) {
        self.parameters = parameters
        self.repeatsLast = repeatsLast
        result = nil
        nulls = .passed
        canGiveNull = true
        isPure = true
        make = { _ in .integer { _ in nil } }
    }
}
