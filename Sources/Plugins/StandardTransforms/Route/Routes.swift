internal import PluginKit

/// Finds the output of a record by the value of one of its columns.
struct Routes: Sendable {
    /// The names of the outputs, in order.
    let names: [String]
    /// The output of records with other values; nil if they are left out.
    let rest: Int?
    private let field: Field
    private let values: KeyTable
    /// The output of a value, by the place of its key.
    private let outputs: [Int]

    /// Creates routes from outputs and their values.
    ///
    /// - Parameters:
    ///   - chosen: The outputs and their values.
    ///   - rest: The name of an additional output for all other records.
    ///   - restPlace: Where `rest` is written.
    ///   - field: The column; it holds text, whole or decimal numbers, dates or booleans.
    /// - Throws: `route.output-twice`, `route.value-twice`, `route.value`, `route.name`.
    init(
        _ chosen: [RouteOutput],
        rest: String?,
        at restPlace: Diagnostic.Place?,
        by field: Field
    ) throws(DiagnosticList) {
        var problems = DiagnosticList()
        var names: [String] = []
        var values = KeyTable()
        var outputs: [Int] = []
        var known: Set<String> = []
        for output in chosen {
            let place = output.place.map { Diagnostic.Place.text($0) }
            if !known.insert(output.name).inserted { problems.append(Self.twice(output.name, at: place)) }
            for value in output.values {
                do throws(Diagnostic) {
                    let key = try Self.key(value, kind: field.kind, at: place)
                    try values.prepare(for: key)
                    if values.insert(0, of: key).isNew {
                        outputs.append(names.count)
                    } else {
                        problems.append(
                            Diagnostic(
                                "route.value-twice",
                                message: "the value '\(value)' is given twice",
                                at: place,
                                hint: "a record goes to one output; several stages can read it"
                            )
                        )
                    }
                } catch {
                    problems.append(error)
                }
            }
            names.append(output.name)
        }
        if let rest {
            if known.contains(rest) { problems.append(Self.twice(rest, at: restPlace)) }
            do throws(Diagnostic) { try RouteOutput.check(rest, at: restPlace) } catch { problems.append(error) }
            names.append(rest)
        }
        try problems.throwIfErrors()
        self.names = names
        self.rest = rest == nil ? nil : names.count - 1
        self.field = field
        self.values = values
        self.outputs = outputs
    }

    /// The output of each record of a batch; nil for a record that is left out.
    func outputs(of batch: borrowing Batch) -> [Int?] {
        let keys = KeyList([field], of: batch)
        return (0..<batch.count).map { row in values.place(of: row, in: keys).map { outputs[$0] } ?? rest }
    }

    /// The key of a cell with this value.
    private static func key(
        _ value: String,
        kind: Schema.Kind,
        at place: Diagnostic.Place?
    ) throws(Diagnostic) -> KeyList {
        var batch = Batch(Schema([Schema.Column("value", kind: kind)]))
        let field = Field(index: 0, kind: kind)
        switch kind {
        case .integer:
            guard let integer = Int64(value) else { throw mismatch(value, expected: "whole numbers", at: place) }
            batch.append([.integer(integer)])
        case .decimal:
            guard let decimal = ExactDecimal(value) else {
                // A point without a digit before it.
                let digits = value.hasPrefix("-.") ? "-0\(value.dropFirst())" : "0\(value)"
                let isNear = value.contains(".") && ExactDecimal(digits) != nil
                throw mismatch(value, expected: "decimal numbers", at: place, hint: isNear ? "write \(digits)" : nil)
            }
            batch.append([.decimal(decimal)])
        case .date:
            guard let day = CivilDate.days(of: value.utf8.span) else {
                throw mismatch(value, expected: "days such as 2026-11-30", at: place)
            }
            batch.append([.date(day)])
        case .boolean:
            guard let boolean = Bool(value) else {
                throw mismatch(value, expected: "'true' or 'false'", found: "neither", at: place)
            }
            batch.append([.boolean(boolean)])
        default: batch.append([.text(value)])
        }
        return KeyList([field], of: batch)
    }

    static func twice(_ name: String, at place: Diagnostic.Place?) -> Diagnostic {
        Diagnostic(
            "route.output-twice",
            message: "there are two outputs '\(name)'",
            at: place,
            hint: "an output can have several values: \"\(name): …|…\""
        )
    }

    private static func mismatch(
        _ value: String,
        expected: String,
        found: String = "none",
        at place: Diagnostic.Place?,
        hint: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            "route.value",
            message: "the column holds \(expected), and '\(value)' is \(found)",
            at: place,
            hint: hint
        )
    }
}
