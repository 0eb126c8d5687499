/// Which columns of an input a stage needs, so that sources leave out what no stage needs.
///
/// It states where the columns of the output come from, and which columns the stage always reads. The engine follows
/// the plan from the sinks to the sources with it; a column that is not needed is null in every record.
///
///     Needs.columns(["tmdb"])                       // reads `tmdb`, and passes on all columns unchanged
///     Needs.renaming(["half": "rating"])            // `half` is called `rating` after it
///     Needs(made: ["sum": ["a", "b"]])              // `a` and `b` are read if a later stage wants `sum`
///     Needs.all                                     // reads every column
public struct Needs: Hashable, Sendable {
    /// Whether it reads every column of the input; nothing else has to be stated then.
    public var takesAll: Bool
    /// The columns of the input that it reads whatever later stages want: those that form keys, or that may cause it to
    /// reject a record.
    public var always: Set<String>
    /// The columns of the input that it uses if available; a source may leave such a column null if it is expensive to
    /// provide.
    public var optional: Set<String>
    /// The columns of the output that it computes, each with the columns of the input that it is computed from.
    ///
    /// A column that it removes, or that comes from its other input, depends on none.
    public var made: [String: Set<String>]
    /// The columns of the output that are renamed columns of the input: new name, old name.
    public var renamed: [String: String]
    /// Whether all other columns pass unchanged.
    public var keepsOtherColumns: Bool
    /// What must hold for a record to pass: others are filtered.
    public var conditions: [Condition]
    /// Whether it creates, counts, rejects and remembers no record, so that filtering a record before it or after it
    /// has the same result.
    public var isTransparent: Bool

    /// States what a stage needs.
    ///
    /// - Parameters:
    ///   - always: The columns that it reads whatever is wanted.
    ///   - optional: The columns that it uses if available.
    ///   - made: The columns that it computes, with those that they are computed from.
    ///   - renamed: The columns that it renames: new name, old name.
    ///   - keepsOtherColumns: Whether all other columns pass unchanged.
    ///   - conditions: What must hold for a record to pass.
    ///   - isTransparent: Whether it creates, counts, rejects and remembers no record.
    public init(
        always: Set<String> = [],
        optional: Set<String> = [],
        made: [String: Set<String>] = [:],
        renamed: [String: String] = [:],
        keepsOtherColumns: Bool = true,
        conditions: [Condition] = [],
        isTransparent: Bool = false
    ) {
        takesAll = false
        self.always = always
        self.optional = optional
        self.made = made
        self.renamed = renamed
        self.keepsOtherColumns = keepsOtherColumns
        self.conditions = conditions
        self.isTransparent = isTransparent
    }

    /// Needs every column of the input, always.
    public static var all: Needs {
        var needs = Needs()
        needs.takesAll = true
        return needs
    }

    /// These columns; all others pass if a later stage wants them.
    public static func columns(_ names: some Sequence<String>) -> Needs { Needs(always: Set(names)) }

    /// New names for columns, each by the old name; all others pass unchanged.
    public static func renaming(_ names: [String: String]) -> Needs {
        var needs = Needs(isTransparent: true)
        for (old, new) in names { needs.renamed[new] = old }
        for old in names.keys where needs.renamed[old] == nil { needs.made[old] = [] }
        return needs
    }

    /// The columns of the input that are needed for the wanted columns of the output.
    ///
    /// - Parameters:
    ///   - wanted: The columns of the output, or of all outputs, that later stages need.
    ///   - input: The columns of the input.
    /// - Returns: Their names; none that the input does not have.
    public func before(_ wanted: Set<String>, in input: Schema) -> Set<String> {
        if takesAll { return Set(input.names) }
        var needed = always.union(origins(of: wanted, in: input))
        for condition in conditions { needed.insert(condition.column) }
        return needed.filter { input.column($0) != nil }
    }

    /// The columns of the input that columns of the output come from.
    ///
    /// - Parameters:
    ///   - columns: Columns of the output.
    ///   - input: The columns of the input.
    /// - Returns: Their names; none that the input does not have.
    public func origins(of columns: Set<String>, in input: Schema) -> Set<String> {
        var origins: Set<String> = []
        for column in columns {
            if let old = renamed[column] {
                origins.insert(old)
            } else if let made = made[column] {
                origins.formUnion(made)
            } else if keepsOtherColumns {
                origins.insert(column)
            }
        }
        return origins.filter { input.column($0) != nil }
    }
}
