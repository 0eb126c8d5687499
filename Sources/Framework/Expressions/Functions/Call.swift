package import Diagnostics
package import Formats
package import Records

/// A call of a function when the plan is made: its constant arguments, and the places for findings.
package struct Call {
    let text: ExpressionText
    let name: Range<Int>
    let range: Range<Int>
    let arguments: [Term]
    let literals: [TextLiteral?]
    /// What the expression is evaluated in: the time of the run, the zones of the machine.
    package let context: ExpressionContext

    /// How many arguments there are.
    package var count: Int { arguments.count }

    /// The value of a constant argument; nil if it depends on the record.
    package func constant(_ index: Int) -> Value? { arguments[index].constant }

    /// The text of an argument of the form `constant`; nil if it is null.
    package func text(_ index: Int) -> String? {
        guard case .text(let text)? = arguments[index].constant else { return nil }
        return text
    }

    /// The bytes of an argument of the form `pattern`, backslashes as they are; nil if it is null.
    package func pattern(_ index: Int) -> [UInt8]? {
        if let literal = literals[index] { return literal.bytes }
        return text(index).map { Array($0.utf8) }
    }

    /// The place of an argument.
    package func place(_ index: Int) -> Diagnostic.Place { .text(text.range(of: arguments[index].range)) }

    /// The place of the name of the function.
    package var placeOfName: Diagnostic.Place { .text(text.range(of: name)) }

    /// The place of some bytes of a text argument, such as of a sign within a pattern.
    package func place(_ index: Int, of part: Range<Int>) -> Diagnostic.Place {
        guard let literal = literals[index] else { return place(index) }
        return .text(text.range(of: literal.range(of: part)))
    }

    /// An argument as it is written, for hints.
    package func written(_ index: Int) -> String { text.written(arguments[index].range) }

    /// The zone that an argument names.
    ///
    /// - Throws: `zone.unknown` and `environment.time-zones`, at the argument.
    package func zone(_ index: Int) throws(Diagnostic) -> TimeZoneRules {
        try context.zones.rules(for: text(index) ?? "UTC", at: place(index))
    }
}
