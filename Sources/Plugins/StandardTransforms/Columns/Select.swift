package import PluginKit

/// Chooses columns and their order.
package struct Select: MapTransform {
    package static let name = "select"
    package static let summary = "Chooses columns and their order."
    package static let details = """
        `columns` lists the columns to keep, in their new order: names, patterns in which `*` stands for any \
        characters, and `"*"` for all that nothing else in the list stands for. A column comes where its name is, \
        whatever patterns there are; of several patterns, the first counts. `without` removes columns, also those that \
        a pattern in `columns` has found. A name that no column has, and a pattern that finds none, are errors. A name \
        with a `*` of its own is written in backticks.

        No cell is read or moved, so this takes no time that depends on the number of records. Columns that nothing \
        after this stage needs are not read from the source.
        """
    package static let example: String? = """
        [[transform]]
        use = "select"
        columns = ["id", "title", "rating*", "*"]
        without = ["tmp_*"]
        """

    package struct Options: OptionGroup {
        @Option("The columns to keep, in this order: names, patterns, and \"*\" for all that are not listed.")
        package var columns: [ColumnPattern] = ["*"]

        @Option("The columns to leave out: names and patterns.")
        package var without: [ColumnPattern] = []

        package init() {}
    }

    package let output: Schema
    private let sources: [Int?]

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        var problems = DiagnosticList()
        let removed = Self.removed(options, from: input, problems: &problems)
        var named: [String: Int] = [:]
        for (index, pattern) in options.columns.enumerated() {
            guard let name = pattern.name else { continue }
            if input.column(name) == nil {
                problems.append(pattern.matchesNothing(in: input))
            } else if named.updateValue(index, forKey: name) != nil {
                problems.append(Self.twice(name, at: pattern.place))
            }
        }
        if options.columns.filter(\.isRest).count > 1, let last = options.columns.last(where: { $0.isRest }) {
            problems.append(Self.twice("*", at: last.place))
        }
        var places: [[Int]] = Array(repeating: [], count: options.columns.count)
        for (index, column) in input.columns.enumerated() {
            let place =
                named[column.name] ?? options.columns.firstIndex { !$0.isRest && $0.matches(column.name) }
                ?? options.columns.firstIndex { $0.isRest }
            if let place { places[place].append(index) }
        }
        for (pattern, found) in zip(options.columns, places)
        where found.isEmpty && pattern.name == nil && !pattern.isRest && !input.names.contains(where: pattern.matches) {
            problems.append(pattern.matchesNothing(in: input))
        }
        for name in named.keys.sorted() where removed.names.contains(name) {
            problems.append(
                Diagnostic(
                    "select.both",
                    message: "the column '\(name)' is to be kept and left out",
                    at: options.$without,
                    hint: "remove it from 'columns' or from 'without'"
                )
            )
        }
        let chosen = places.joined().filter { !removed.columns.contains($0) }
        if chosen.isEmpty, !problems.hasErrors {
            problems.append(
                Diagnostic("select.no-columns", message: "no column is left", at: options.$columns ?? options.$without)
            )
        }
        try problems.throwIfErrors()
        output = Schema(chosen.map { input.columns[$0] })
        sources = chosen
    }

    /// The columns to leave out, and the names that are stated for it.
    private static func removed(
        _ options: Options,
        from input: Schema,
        problems: inout DiagnosticList
    ) -> (columns: Set<Int>, names: Set<String>) {
        var columns: Set<Int> = []
        for pattern in options.without {
            let found = input.columns.indices.filter { pattern.matches(input.columns[$0].name) }
            if found.isEmpty { problems.append(pattern.matchesNothing(in: input)) }
            columns.formUnion(found)
        }
        return (columns, Set(options.without.compactMap(\.name)))
    }

    private static func twice(_ name: String, at place: Diagnostic.Place?) -> Diagnostic {
        Diagnostic("select.twice", message: "'\(name)' is there twice", at: place, hint: "list it once")
    }

    package func apply(to batch: inout Batch) { batch.reshape(to: output, from: sources) }
}

extension Select {
    /// None of its own: what it keeps is needed if a later stage needs it.
    package var needs: Needs { Needs(isTransparent: true) }
}
