public import Diagnostics
public import Records

/// An expression, checked against the columns of a batch and compiled.
///
///     let condition = try Expression(options.where, for: input, wants: .condition, as: "where")
///     condition.keep(in: &batch, orFilterAs: "where")
///
/// It evaluates whole batches. It can be used by several tasks simultaneously.
public struct Expression: Sendable {
    /// What an expression is for.
    public enum Wanted: Sendable {
        /// A condition: true or false; null counts as false.
        case condition
        /// A value of any type that a column can hold.
        case value
        /// A value of any type, also a length of time.
        case anything
        /// A value of this kind, or an integer where a real or a decimal number is wanted.
        case kind(Schema.Kind)
    }

    /// The text.
    public let text: ExpressionText
    /// The type of its values; nil if it is always null.
    public let type: ValueType?
    /// The columns that it reads, each once, for `Needs`.
    public let columns: [String]
    /// Its value if it is the same for all records.
    public let constant: Value?
    /// Whether it can be null.
    public let canBeNull: Bool
    /// What is probably a mistake, such as a condition that is always true.
    public let warnings: DiagnosticList
    let run: Term.Run
    let frames: FramePool
    let fields: [Field]
    /// The option that holds it, for rejections.
    let option: String

    /// The kind of a column with its values; nil if it is always null, and for a length of time.
    public var kind: Schema.Kind? { type?.kind }

    /// Checks and compiles an expression.
    ///
    /// - Parameters:
    ///   - text: The expression.
    ///   - schema: The columns that it can read.
    ///   - wanted: What it is for.
    ///   - option: What messages call it: the option that holds it, or the column that it is for.
    ///   - context: The time of the run, the zones of the machine.
    /// - Throws: All findings, each at its place within the text: `expression.*`, `regex.*`, `zone.*`.
    public init(
        _ text: ExpressionText,
        for schema: Schema,
        wants wanted: Wanted,
        as option: String,
        context: ExpressionContext = ExpressionContext()
    ) throws(DiagnosticList) {
        let tree: SyntaxTree
        do throws(Diagnostic) { tree = try Parser.tree(of: text) } catch { throw DiagnosticList([error]) }
        var checker = Checker(text, schema: schema, context: context)
        let term = checker.term(tree).flatMap { checker.wanted($0, wanted: wanted, option: option) }
        try checker.findings.throwIfErrors()
        guard let term else { throw checker.findings }
        self.text = text
        self.option = option
        type = term.type
        columns = checker.columns
        constant = term.constant
        canBeNull = term.canBeNull
        warnings = checker.findings
        run = term.run
        frames = FramePool(slots: checker.slots)
        fields = checker.columns.compactMap { schema.optionalField($0) }
    }
}

extension Checker {
    /// The term as what is wanted.
    fileprivate mutating func wanted(_ term: Term, wanted: Expression.Wanted, option: String) -> Term? {
        switch wanted {
        case .condition:
            if term.type == .boolean {
                warnOfConstant(term)
                return term
            }
            guard let type = term.type else { return constant(.boolean(false), type: .boolean, at: term.range) }
            report(
                "expression.not-a-condition",
                message: "'\(option)' wants true or false, this is \(type.phrase)",
                at: term.range,
                hint: conditionHint(term)
            )
            return nil
        case .anything: return term
        case .value:
            guard term.type == .duration else { return term }
            report(
                "expression.types",
                message: "no column can hold a length of time",
                at: term.range,
                hint: "in_seconds(\(written(term))) and in_days(\(written(term))) are numbers"
            )
            return nil
        case .kind(let kind):
            if let term = widened(term, to: ValueType(kind)) { return term }
            report(
                "expression.types",
                message: "'\(option)' wants \(ValueType(kind).phrase), this is \(term.type?.phrase ?? "null")",
                at: term.range,
                hint: FunctionTable.byName[kind.rawValue].map { _ in "write \(kind.rawValue)(\(written(term)))" }
            )
            return nil
        }
    }
}
