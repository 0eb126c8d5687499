/// Where records come from: a function from a cursor to a page.
///
/// **The law: reading the same cursor again gives the same page.** A read may therefore be repeated, cached, made ahead
/// of time or resumed on another day, without work by the author. `SourceContract` in `PluginTestKit` tests a source
/// against this contract.
public protocol Source: Plugin {
    /// Where a page begins. It is converted to text for checkpoints and back.
    associatedtype Cursor: LosslessStringConvertible & Sendable = Int

    /// Creates the source from its options.
    ///
    /// - Throws: An invalid option, at the place where it was written.
    init(_ options: Options, in context: StageContext) throws

    /// What it delivers, as far as its options determine that; nil if only the data shows it. Default: nil.
    ///
    /// A check without access to inputs (`sprocket check --offline`) uses it. A source whose options always determine
    /// it conforms to `DeclaredSource` and has no more to do.
    var declared: Description? { get }

    /// Determines what it delivers. It may read from the input: the head of a file, the columns of a table.
    ///
    /// It is called once per run, when the plan is made; several sources do so simultaneously. A resumed run uses the
    /// stored description as long as `fingerprint` is the same.
    ///
    /// - Throws: Why the input cannot be read; it is reported before anything runs.
    func describe() async throws -> Description

    /// What it delivers of a file that is not written yet, because an earlier pipeline of the same command writes it;
    /// nil, the default, if only the file itself shows that.
    ///
    /// It is called instead of `describe()` if an option of the type `InputPath` names such a file.
    ///
    /// - Parameter contents: What the sink that writes the file states about it.
    /// - Returns: What `describe()` would return then.
    func describe(_ contents: FileContents) -> Description?

    /// Whether it applies a condition if a request states it: it then delivers only records that meet the condition, or
    /// at least fewer others. Default: none.
    ///
    /// It may accept only a condition that it can evaluate for every record that it would deliver; a record that it
    /// would reject may be left out or rejected.
    ///
    /// - Parameters:
    ///   - condition: The condition, on one of the described columns.
    ///   - description: What it delivers.
    /// - Returns: How far it applies the condition.
    func accepts(_ condition: Condition, description: Description) -> Acceptance

    /// Identifies the state of the data from outside, such as the size and the time of a file; nil if that cannot be
    /// determined. Default: nil.
    ///
    /// A run is not resumed at a checkpoint if the fingerprint has changed since.
    var fingerprint: String? { get async throws }

    /// What determines which data it reads but is not in its options, such as the account that is signed in, under
    /// names that users know: `user`. Default: empty, because the options that choose records determine it.
    ///
    /// Together with those options (`@Option(…, choosesRecords:)`) it is part of the key of a bookmark, so a run never
    /// continues from the bookmark of a source with another identity. An entry with the name of an option replaces that
    /// option. It is read once, before a run reads.
    var identity: [String: String] { get async throws }

    /// A value that changes whenever there may be something new, such as the time of the last change; nil if only
    /// reading the data can determine that. Default: nil.
    ///
    /// It is read before a run reads, and stored when the run is complete. If the sources of a later run return the
    /// same value, there may be nothing to do: see `unchanged` and `since` in pipeline files.
    var revision: String? { get async throws }

    /// Whether a page may be cached and given to a later run with the same options and the same fingerprint. Default:
    /// true.
    ///
    /// A source returns false if creating its records is faster than caching them, or if they must not be stored.
    static var isCacheable: Bool { get }

    /// The version of the pages that it makes from the same data with the same options. Default: 1.
    ///
    /// Increase it when the source reads something differently than before, so that no later run uses a page that an
    /// earlier version left in a cache.
    static var version: Int { get }

    /// The number of records whose value in the growing column is below `value`, or is missing; nil if that cannot be
    /// determined at little cost. Default: nil.
    ///
    /// It is called before a run reads, if `Increment.keepsAllKeys` is true. If the number differs from that of the
    /// known records, records were added or removed in that range, and the run reads everything.
    func count(below value: Int64) async throws -> Int?

    /// What is new since an earlier run, for a source that finds that out by itself; nil, the default, for any other.
    ///
    /// It is called once per run, before the first page, if the section of the source has `since = "last-run"` and the
    /// description says `findsNews`. What it returns is stored with the checkpoints of the run, and its bookmark with the
    /// completion of the run, never before; a run that does not read the source to its end leaves the earlier bookmark.
    ///
    /// - Parameter bookmark: The bookmark of the last complete run; nil for a first run, which reads everything.
    /// - Returns: What the run reads, and the bookmark that it leaves.
    /// - Throws: Why the source cannot find that out; it ends the run.
    func news(since bookmark: [UInt8]?) async throws -> News?

    /// How much of its data is before a cursor, from 0 to 1; nil, the default, if its size is not known.
    ///
    /// It is for people who watch a run, and called while pages are read: it must return immediately. A value that is
    /// too low does no harm; one that is too high promises an end that does not come.
    ///
    /// - Parameter cursor: A cursor of the complete data, without a condition or a bookmark.
    /// - Returns: The share.
    func share(before cursor: Cursor) -> Double?

    /// Appends the records of one page to `batch`, about `context.batchSize` of them, and returns where the next page
    /// is.
    ///
    /// The request only decides which columns are filled: the values of a column do not depend on which others are
    /// requested.
    ///
    /// - Parameters:
    ///   - cursor: Where the page begins; nil for the first.
    ///   - request: The requested columns and records.
    ///   - batch: An empty batch with the columns of the request.
    /// - Returns: Where the next page begins, if there is one.
    /// - Throws: An error that ends the run.
    func read(at cursor: Cursor?, for request: ReadRequest, into batch: inout Batch) async throws -> Next<Cursor>
}

extension Source {
    /// The kind of the contract.
    public static var kind: Registry.Kind? { .source }
    /// Nil: only the data shows what the source delivers.
    public var declared: Description? { nil }
    /// Nil: only the file itself shows what the source delivers.
    public func describe(_ contents: FileContents) -> Description? { nil }
    /// Declines every condition: the engine filters the records itself.
    public func accepts(_ condition: Condition, description: Description) -> Acceptance { .none }
    /// Nil: the number cannot be determined at little cost.
    public func count(below value: Int64) async throws -> Int? { nil }
    /// Nil: the source does not find out by itself what is new.
    public func news(since bookmark: [UInt8]?) async throws -> News? { nil }
    /// Nil: the size of the data is not known.
    public func share(before cursor: Cursor) -> Double? { nil }
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

/// A source whose columns depend on its options alone, so that it never has to read before the plan is made.
public protocol DeclaredSource: Source {
    /// The columns of its records.
    var schema: Schema { get }
    /// How its records grow; nil, the default, if all records have to be read each time.
    var increment: Increment? { get }
    /// Why all records have to be read each time, if there is something specific to report. Default: nil.
    var wholeReason: Diagnostic? { get }
}

extension DeclaredSource {
    /// Nil: all records have to be read each time.
    public var increment: Increment? { nil }
    /// Nil: there is nothing specific to report.
    public var wholeReason: Diagnostic? { nil }
    /// The result of ``describe()``, which reads nothing from the input.
    public var declared: Description? { describe() }
    /// Describes the columns that the options declare, without reading from the input.
    public func describe() -> Description {
        Description(schema, increment: increment, wholeReason: increment == nil ? wholeReason : nil)
    }
}

/// A declared source that always fills all of its columns: for sources with few columns, or with cheap ones.
///
/// Columns that were not requested are dropped after a page has been read. All records have to be read each time.
public protocol PlainSource: DeclaredSource {
    /// Appends the records of one page to `batch`, about `context.batchSize` of them, and returns where the next page
    /// is.
    ///
    /// - Parameters:
    ///   - cursor: Where the page begins; nil for the first.
    ///   - batch: An empty batch with all columns of the source.
    /// - Returns: Where the next page begins, if there is one.
    /// - Throws: An error that ends the run.
    func read(at cursor: Cursor?, into batch: inout Batch) async throws -> Next<Cursor>
}

extension PlainSource {
    /// Reads the page, and drops the columns that were not requested.
    ///
    /// - Throws: An error that ends the run.
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
    /// This was the last page.
    case end
    /// One page, which begins at this cursor.
    case at(Cursor)
    /// These pages, in this order; several may be read simultaneously. Each of them returns `end`, except that the last
    /// one may return what follows. That is either more `pages`, which may be begun while some of these are being read,
    /// or one page `at` a cursor, which is begun after all of these. A source with a check at the end of its data makes
    /// it in such a last page.
    case pages([Cursor])

    /// The same with converted cursors.
    public func map<Other>(_ transform: (Cursor) -> Other) -> Next<Other> {
        switch self {
        case .end: .end
        case .at(let cursor): .at(transform(cursor))
        case .pages(let cursors): .pages(cursors.map(transform))
        }
    }
}
