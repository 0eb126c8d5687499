internal import Diagnostics
internal import Records

/// Checks an expression against the columns of a batch, and makes the closures that evaluate it.
///
/// It reports all findings: a part with a finding has no term, and what contains it is not checked further.
struct Checker {
    let text: ExpressionText
    let schema: Schema
    let context: ExpressionContext
    var findings = DiagnosticList()
    /// The columns that the expression reads, each once.
    var columns: [String] = []
    /// How many parts have memory of their own.
    var slots = 0
    /// How many `try` are open, in which a constant may fail.
    var attempts = 0

    init(_ text: ExpressionText, schema: Schema, context: ExpressionContext) {
        self.text = text
        self.schema = schema
        self.context = context
    }

    mutating func slot() -> Int {
        defer { slots += 1 }
        return slots
    }

    mutating func term(_ tree: SyntaxTree) -> Term? {
        switch tree.node {
        case .literal(let literal): return self.literal(literal, at: tree.range)
        case .column(let name): return column(name, at: tree.range)
        case .negated(let part): return negated(part, at: tree.range)
        case .not(let part): return not(part, at: tree.range)
        case .arithmetic(let operation, let left, let right, let sign):
            return arithmetic(operation, left: left, right: right, sign: sign, at: tree.range)
        case .comparison(let comparison, let left, let right, let sign):
            return self.comparison(comparison, left: left, right: right, sign: sign, at: tree.range)
        case .test(let test, let left, let right, let sign):
            return self.test(test, left: left, right: right, sign: sign, at: tree.range)
        case .member(let part, let members, let sign): return member(part, members: members, sign: sign, at: tree.range)
        case .within(let part, let lower, let upper, let sign):
            return within(part, lower: lower, upper: upper, sign: sign, at: tree.range)
        case .isNull(let part): return isNull(part, at: tree.range)
        case .all(let parts): return conditions(parts, isAll: true, at: tree.range)
        case .any(let parts): return conditions(parts, isAll: false, at: tree.range)
        case .fallback(let parts): return fallback(parts, at: tree.range)
        case .choice(let condition, let yes, let no): return choice(condition, yes: yes, no: no, at: tree.range)
        case .call(let name, let arguments, let place): return call(name, trees: arguments, name: place, at: tree.range)
        }
    }

    // MARK: Literals and columns

    private mutating func literal(_ literal: SyntaxTree.Literal, at range: Range<Int>) -> Term? {
        switch literal {
        case .null: return constant(.null, type: nil, at: range)
        case .boolean(let value): return constant(.boolean(value), type: .boolean, at: range)
        case .integer(let value): return constant(.integer(value), type: .integer, at: range)
        case .duration(let value): return constant(.integer(value), type: .duration, at: range)
        case .date(let value): return constant(.date(value), type: .date, at: range)
        case .instant(let value): return constant(.instant(value), type: .instant, at: range)
        case .real(let value, let decimal):
            var term = constant(.real(value), type: .real, at: range)
            term.decimal = decimal
            return term
        case .text(let inner):
            do throws(Diagnostic) {
                return constant(.text(try Lexer.text(inner, of: text).text), type: .text, at: range)
            } catch {
                findings.append(error)
                return nil
            }
        }
    }

    mutating func constant(_ value: Value, type: ValueType?, at range: Range<Int>) -> Term {
        Term(
            type,
            range: range,
            constant: value,
            canBeNull: value == .null,
            run: Kernels.constant(value, slot: slot())
        )
    }

    private mutating func column(_ name: String, at range: Range<Int>) -> Term? {
        guard let column = schema.column(name) else {
            report(
                "expression.unknown-column",
                message: "there is no column '\(name)' here",
                at: range,
                hint: columnHint(name)
            )
            return nil
        }
        let index: Int
        if let known = columns.firstIndex(of: name) {
            index = known
        } else {
            index = columns.count
            columns.append(name)
        }
        let type = ValueType(column.kind)
        var term = Term(type, range: range, run: Kernels.column(index, type: type, slot: slot()))
        term.column = index
        return term
    }

    /// The nearest column, and some of those that there are.
    private func columnHint(_ name: String) -> String {
        let names = schema.names
        let small = name.lowercased()
        if ["null", "none", "nil", "undefined"].contains(small) { return "write null" }
        if ["true", "false"].contains(small) { return "write \(small)" }
        guard !names.isEmpty else { return "there are no columns" }
        let shown = names.prefix(5).map { $0.shortened(to: 60) }.joined(separator: ", ")
        let more = names.count > 5 ? ", … (\(names.count - 5) more)" : ""
        let list = "\(names.count == 1 ? "the column is" : "the columns are") \(shown)\(more)"
        guard let near = suggestion(for: name, among: names) else { return list }
        return "did you mean '\(near.shortened(to: 200))'? \(list.prefix(1).uppercased())\(list.dropFirst())"
    }

    // MARK: Findings

    mutating func report(
        _ code: Diagnostic.Code,
        message: String,
        at range: Range<Int>,
        hint: String? = nil,
        severity: Diagnostic.Severity = .error
    ) {
        findings.append(
            Diagnostic(
                code,
                message: message,
                category: .usage,
                at: .text(text.range(of: range)),
                hint: hint,
                severity: severity
            )
        )
    }

    /// A part as it is written.
    func written(_ term: Term) -> String { text.written(term.range) }

    /// The part of a run with these operands.
    mutating func part(_ range: Range<Int>, of operands: [Term]) -> Part {
        Part(
            slot: slot(),
            written: text.written(range).shortened(to: 200),
            operands: operands.map {
                Part.Operand(
                    written: text.written($0.range).shortened(to: 80),
                    type: $0.type,
                    isConstant: $0.constant != nil
                )
            }
        )
    }
}
