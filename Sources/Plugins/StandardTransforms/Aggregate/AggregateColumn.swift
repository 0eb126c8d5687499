internal import Expressions
internal import PluginKit

/// A column of the result, resolved: what it reads, and how it is computed.
struct AggregateColumn: Sendable {
    /// A function that needs the values of a group in order, which are sorted in files.
    enum Ordered: Sendable {
        case countDistinct
        /// A part of the values, sorted, from 0 to 1.
        case quantile(Double)
        case joinText(separator: String)
    }

    let call: AggregateCall
    /// The column that it is computed of; nil for `count()`.
    let field: Field?
    let ordered: Ordered?
    let output: Schema.Column

    /// Resolves a call.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - source: What it is computed of: a column of the input, or one with the values of its expression.
    ///   - field: The index of that column.
    /// - Throws: At the call, `aggregate.kind`, `aggregate.call`, findings of expressions.
    init(_ call: AggregateCall, of source: Schema.Column?, field: Field?) throws(Diagnostic) {
        self.call = call
        self.field = field
        let kind = source?.kind ?? .integer
        if let kinds = Self.kinds(for: call.function), !kinds.contains(kind), let argument = call.argument {
            throw Diagnostic(
                "aggregate.kind",
                message: "\(call.function.rawValue) cannot be computed of '\(argument.text)', which is \(kind)",
                at: argument.place,
                hint: "it takes \(kinds.map(\.rawValue).joined(separator: ", "))"
            )
        }
        switch call.function {
        case .count: (ordered, output) = (nil, Schema.Column(call.name, kind: .integer))
        case .countDistinct: (ordered, output) = (.countDistinct, Schema.Column(call.name, kind: .integer))
        case .mean: (ordered, output) = (nil, Schema.Column(call.name, kind: .real))
        case .median: (ordered, output) = (.quantile(0.5), Schema.Column(call.name, kind: .real))
        case .quantile:
            let constant = try Self.constant(call, kind: .real)
            guard case .real(let share)? = constant, 0...1 ~= share else {
                throw AggregateCall.wrong(
                    "quantile takes a number from 0 to 1 after the comma, not '\(call.constant?.text ?? "")'",
                    at: call.constant?.place
                )
            }
            (ordered, output) = (.quantile(share), Schema.Column(call.name, kind: .real))
        case .joinText:
            let constant = try call.constant == nil ? .text(", ") : Self.constant(call, kind: .text)
            guard case .text(let separator)? = constant else {
                throw AggregateCall.wrong(
                    "join_text takes a text after the comma, not '\(call.constant?.text ?? "")'",
                    at: call.constant?.place
                )
            }
            ordered = .joinText(separator: separator)
            output = Schema.Column(call.name, kind: .text)
        case .sum, .min, .max, .first, .last, .any:
            ordered = nil
            output = source?.renamed(to: call.name) ?? Schema.Column(call.name, kind: kind)
        }
    }

    /// The constant of a call; nil if it depends on the record.
    private static func constant(_ call: AggregateCall, kind: Schema.Kind) throws(Diagnostic) -> Value? {
        guard let text = call.constant else { return nil }
        do throws(DiagnosticList) {
            return try Expression(text, for: [:], wants: .kind(kind), as: call.function.rawValue).constant
        } catch {
            throw error.first { _ in true } ?? AggregateCall.wrong("'\(text.text)' is not a constant", at: text.place)
        }
    }

    /// The kinds that a function takes; nil if all.
    private static func kinds(for function: AggregateCall.Function) -> [Schema.Kind]? {
        switch function {
        case .sum, .mean, .median, .quantile: [.integer, .real, .decimal]
        case .joinText: [.text]
        default: nil
        }
    }

    var isMean: Bool { call.function == .mean }

    /// The first of some columns that remembers the same: a sum and a mean of one column are computed of one sum.
    func namesake(in columns: [AggregateColumn]) -> Int? {
        let sums: [AggregateCall.Function] = [.sum, .mean]
        guard sums.contains(call.function) else { return nil }
        return columns.firstIndex { sums.contains($0.call.function) && $0.field?.index == field?.index }
    }

    /// What is remembered of each group; for an ordered function, how many values there are.
    func makeAccumulator() -> any Accumulator {
        guard let field, ordered == nil else { return CountAccumulator(field) }
        switch call.function {
        case .sum, .mean: return field.kind == .real ? RealSumAccumulator(field) : WholeSumAccumulator(field)
        case .min: return held(.smallest, of: field)
        case .max: return held(.largest, of: field)
        case .last: return held(.last, of: field)
        case .first, .any: return held(.first, of: field)
        default: return CountAccumulator(field)
        }
    }

    private func held(_ value: HeldValue, of field: Field) -> any Accumulator {
        switch field.kind {
        case .text, .bytes, .decimal: HeldBytes(field, holding: value)
        case .integer, .real, .boolean, .instant, .date:
            switch value {
            case .smallest, .largest: ExtremeWords(field, isLargest: value == .largest)
            case .first, .last: HeldWords(field, isLast: value == .last)
            }
        }
    }
}
