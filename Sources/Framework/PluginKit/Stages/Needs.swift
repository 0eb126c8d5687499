/// What a stage needs of the columns of an input, so that sources leave out what no stage needs.
///
/// It states where the columns of its output come from, and which it reads in any case. The engine goes through the plan
/// from the sinks to the sources with it; a column that is not needed is null in every record that comes.
///
///     Needs.columns(["tmdb"])                       // reads `tmdb`, and hands on all columns as they are
///     Needs.renaming(["half": "rating"])            // `half` is called `rating` after it
///     Needs(made: ["sum": ["a", "b"]])              // `a` and `b` are read if a later stage wants `sum`
///     Needs.all                                     // reads every column
public struct Needs: Hashable, Sendable {
    /// Whether it reads every column of the input, so that nothing else has to be stated.
    public var takesAll: Bool
    /// The columns of the input that it reads whatever later stages want: those that keys are made of, or because of
    /// which it may reject a record.
    public var always: Set<String>
    /// The columns of the input that it makes use of if they are there; a source that can only have one at some cost may
    /// leave it null.
    public var wished: Set<String>
    /// The columns of the output that it makes, each with the columns of the input that it makes it from.
    ///
    /// A column that it takes away, or that comes from its other input, is made from none.
    public var made: [String: Set<String>]
    /// The columns of the output that are columns of the input under another name: new name, old name.
    public var moved: [String: String]
    /// Whether all other columns pass under their names.
    public var passesOthers: Bool
    /// What must hold for a record to pass: the others are filtered.
    public var conditions: [Condition]
    /// Whether it makes, counts, rejects and keeps in memory no record, so that a record can as well be left out before
    /// it as after it.
    public var isTransparent: Bool

    /// What a stage needs.
    ///
    /// - Parameters:
    ///   - always: The columns that it reads whatever is wanted.
    ///   - wished: The columns that it makes use of if they are there.
    ///   - made: The columns that it makes, with those that it makes them from.
    ///   - moved: The columns that it gives another name: new name, old name.
    ///   - passesOthers: Whether all other columns pass under their names.
    ///   - conditions: What must hold for a record to pass.
    ///   - isTransparent: Whether it makes, counts, rejects and keeps in memory no record.
    public init(
        always: Set<String> = [],
        wished: Set<String> = [],
        made: [String: Set<String>] = [:],
        moved: [String: String] = [:],
        passesOthers: Bool = true,
        conditions: [Condition] = [],
        isTransparent: Bool = false
    ) {
        takesAll = false
        self.always = always
        self.wished = wished
        self.made = made
        self.moved = moved
        self.passesOthers = passesOthers
        self.conditions = conditions
        self.isTransparent = isTransparent
    }

    /// Needs every column of the input, always.
    public static var all: Needs {
        var needs = Needs()
        needs.takesAll = true
        return needs
    }

    /// These columns; the others pass if a later stage wants them.
    public static func columns(_ names: some Sequence<String>) -> Needs { Needs(always: Set(names)) }

    /// Other names for columns, each by the old one; all others pass under theirs.
    public static func renaming(_ names: [String: String]) -> Needs {
        var needs = Needs(isTransparent: true)
        for (old, new) in names { needs.moved[new] = old }
        for old in names.keys where needs.moved[old] == nil { needs.made[old] = [] }
        return needs
    }

    /// The columns of the input that are needed, so that the output has those that are wanted.
    ///
    /// - Parameters:
    ///   - wanted: The columns of the output, or of all outputs, that later stages need.
    ///   - input: The columns that there are.
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
    ///   - input: The columns that there are.
    /// - Returns: Their names; none that the input does not have.
    public func origins(of columns: Set<String>, in input: Schema) -> Set<String> {
        var origins: Set<String> = []
        for column in columns {
            if let old = moved[column] {
                origins.insert(old)
            } else if let made = made[column] {
                origins.formUnion(made)
            } else if passesOthers {
                origins.insert(column)
            }
        }
        return origins.filter { input.column($0) != nil }
    }
}
