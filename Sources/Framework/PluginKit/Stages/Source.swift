/// Where records come from: a function from a cursor to a page.
///
/// **The law: reading the same cursor again gives the same page.** A read may therefore be repeated, cached, made ahead
/// of time or resumed on another day, and nobody has to write that. `SourceContract` in `PluginTestKit` holds a
/// source to it.
public protocol Source: Plugin {
    /// Where a page begins. It is turned into text for a checkpoint and back.
    associatedtype Cursor: LosslessStringConvertible & Sendable = Int

    /// Makes the source from its options.
    ///
    /// - Throws: what is wrong with the options, at the place where they were written.
    init(_ options: Options, in context: StageContext) throws

    /// What it delivers, as far as its options state it; nil if that can only be known by looking. Default: nil.
    ///
    /// It is what a check without any look at the outside goes by (`sprocket check --offline`). A source whose options
    /// always state it conforms to `DeclaredSource`, and has no more to do.
    var declared: Description? { get }

    /// Finds out what it delivers; it may look at its input: the head of a file, the columns of a table.
    ///
    /// It is called once a run, when the plan is made; several sources look at the same time. A run that is resumed is
    /// given what was found before, as long as `fingerprint` is the same.
    ///
    /// - Throws: why the input cannot be read: it is reported before anything runs.
    func describe() async throws -> Description

    /// What it delivers of a file that is not written yet, because an earlier pipeline of the same command writes it; nil, the
    /// default, if only the file itself shows that.
    ///
    /// It is called instead of `describe()` where an option of the type `InputPath` names such a file.
    ///
    /// - Parameter contents: What the sink that writes it states about it.
    /// - Returns: What `describe()` would find then.
    func describe(_ contents: FileContents) -> Description?

    /// Whether it keeps to a condition, if a request states it: then it hands on only records that meet it, or fewer
    /// others. Default: no.
    ///
    /// Only a condition may be accepted that can be told of every record that the source would hand on; a record that it
    /// would reject may be left out or rejected.
    ///
    /// - Parameters:
    ///   - condition: The condition, on one of the columns described.
    ///   - description: What it delivers.
    /// - Returns: How it keeps to it.
    func accepts(_ condition: Condition, description: Description) -> Acceptance

    /// What the data looks like from outside, such as the size and the time of a file; nil if that cannot be told.
    ///
    /// A run is not resumed at a checkpoint if it is another one by then. Default: nil.
    var fingerprint: String? { get async throws }

    /// What decides which data it reads and does not stand in its options as it is, such as the account that is signed in,
    /// by the names that a user knows: `user`. Default: nothing, for the options that choose records say it all.
    ///
    /// Together with those options (`@Option(…, choosesRecords:)`) it is part of the key under which a bookmark is kept:
    /// a run never continues where a source with another identity has got to. A part with the name of an option stands
    /// in its place. It is asked for once, before a run reads.
    var identity: [String: String] { get async throws }

    /// What changes whenever there may be something new, such as the time of the last change; nil if that cannot be told
    /// more cheaply than by reading. Default: nil.
    ///
    /// It is asked for before a run reads, and kept when the run is complete. If the sources of a later run say the same
    /// again, there may be nothing to do: see `unchanged` and `since` in pipeline files.
    var revision: String? { get async throws }

    /// Whether a page that was read may be kept and given again to a later run with the same options and the same
    /// fingerprint. Default: yes.
    ///
    /// A source says no whose records are made faster than they are kept, or must not be kept.
    static var isCacheable: Bool { get }

    /// Which pages it makes of the same data with the same options. Default: 1.
    ///
    /// A source raises it when it reads something differently than before, so that no later run is given a page that an
    /// earlier version has left in a cache.
    static var version: Int { get }

    /// How many records there are whose value in the column that grows is below a value, or that have none; nil if that
    /// cannot be determined at little cost. Default: nil.
    ///
    /// It is asked for before a run reads, if `Increment.keepsAllKeys`. Another number than that of the known ones means
    /// that records have come or gone down there, and the run reads everything.
    func count(below value: Int64) async throws -> Int?

    /// Appends the records of one page to `batch`, about `context.batchSize` of them, and says where the next page is.
    ///
    /// The request decides which columns are filled, and nothing else about them: a column has the same values whichever
    /// others are wanted.
    ///
    /// - Parameters:
    ///   - cursor: Where the page begins; nil for the first.
    ///   - request: What is wanted.
    ///   - batch: An empty batch with the columns of the request.
    /// - Returns: Where the next page begins, if there is one.
    /// - Throws: what ends the run.
    func read(at cursor: Cursor?, for request: ReadRequest, into batch: inout Batch) async throws -> Next<Cursor>
}

extension Source {
    /// The contract's kind.
    public static var kind: Registry.Kind? { .source }
    /// Nil: it has to look.
    public var declared: Description? { nil }
    /// Nil: only the file shows it.
    public func describe(_ contents: FileContents) -> Description? { nil }
    /// Declines every condition: the engine filters the records itself.
    public func accepts(_ condition: Condition, description: Description) -> Acceptance { .none }
    /// Nil: the number cannot be determined at little cost.
    public func count(below value: Int64) async throws -> Int? { nil }
    /// Nil: whether the data has changed since cannot be determined.
    public var fingerprint: String? { get async throws { nil } }
    /// Empty: nothing but its options decides which records there are.
    public var identity: [String: String] { get async throws { [:] } }
    /// Nil: whether there is anything new cannot be determined without reading.
    public var revision: String? { get async throws { nil } }
    /// True: pages may be cached by their cursor.
    public static var isCacheable: Bool { true }
    /// 1, for a source whose pages have never changed for the same cursor and options.
    public static var version: Int { 1 }
}

/// A source whose columns follow from its options alone, so that it never has to look before it reads.
public protocol DeclaredSource: Source {
    /// The columns of its records.
    var schema: Schema { get }
    /// How its records grow; nil, the default, if they can only be read whole.
    var increment: Increment? { get }
    /// Why they can only be read whole, where there is more to say than that. Default: nil.
    var wholeReason: Diagnostic? { get }
}

extension DeclaredSource {
    /// They can only be read whole.
    public var increment: Increment? { nil }
    /// There is no more to say.
    public var wholeReason: Diagnostic? { nil }
    /// What ``describe()`` returns, since that needs no look at the input.
    public var declared: Description? { describe() }
    /// Describes the columns that the options declare, without a look at the input.
    public func describe() -> Description {
        Description(schema, increment: increment, wholeReason: increment == nil ? wholeReason : nil)
    }
}

/// A declared source that fills all of its columns, whichever are wanted: for few columns, or such as cost nothing.
///
/// What is not wanted is dropped when a page has been read. It can only be read whole.
public protocol PlainSource: DeclaredSource {
    /// Appends the records of one page to `batch`, about `context.batchSize` of them, and says where the next page is.
    ///
    /// - Parameters:
    ///   - cursor: Where the page begins; nil for the first.
    ///   - batch: An empty batch with all columns of the source.
    /// - Returns: Where the next page begins, if there is one.
    /// - Throws: what ends the run.
    func read(at cursor: Cursor?, into batch: inout Batch) async throws -> Next<Cursor>
}

extension PlainSource {
    /// Reads the page, and drops what is not wanted of it.
    ///
    /// - Throws: what ends the run.
    public func read(
        at cursor: Cursor?,
        for request: ReadRequest,
        into batch: inout Batch
    ) async throws -> Next<Cursor> {
        batch = Batch(schema)
        let next = try await read(at: cursor, into: &batch)
        if batch.schema == schema { batch.reshape(to: request.schema) }
        return next
    }
}

/// What comes after a page.
public enum Next<Cursor: Sendable>: Sendable {
    /// Nothing: this was the last page.
    case end
    /// The page that begins here.
    case at(Cursor)
    /// These pages, in this order; several may be read at once. Each of them says `end`, except that the last one may
    /// say what follows: more `pages`, which may be begun while some of these are on their way, or the page `at` a cursor,
    /// which is begun when all of these have been read. A source that looks at the end whether all is well does so there.
    case pages([Cursor])

    /// The same with other cursors.
    public func map<Other>(_ transform: (Cursor) -> Other) -> Next<Other> {
        switch self {
        case .end: .end
        case .at(let cursor): .at(transform(cursor))
        case .pages(let cursors): .pages(cursors.map(transform))
        }
    }
}
