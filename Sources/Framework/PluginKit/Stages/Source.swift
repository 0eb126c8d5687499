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

    /// The columns of every page. A source may leave out what `context.wants(_:)` does not want.
    var schema: Schema { get async throws }

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

    /// Appends the records of one page to `batch`, about `context.batchSize` of them, and says where the next page is.
    ///
    /// - Parameters:
    ///   - cursor: Where the page begins; nil for the first.
    ///   - batch: An empty batch with this source's schema.
    /// - Returns: Where the next page begins, if there is one.
    /// - Throws: what ends the run.
    func read(at cursor: Cursor?, into batch: inout Batch) async throws -> Next<Cursor>
}

extension Source {
    /// The contract's kind.
    public static var kind: Registry.Kind? { .source }
    /// Nil: whether the data has changed since cannot be determined.
    public var fingerprint: String? { get async throws { nil } }
    /// Empty: nothing but its options decides which records there are.
    public var identity: [String: String] { get async throws { [:] } }
    /// Nil: whether there is anything new cannot be determined without reading.
    public var revision: String? { get async throws { nil } }
    /// Yes.
    public static var isCacheable: Bool { true }
    /// The first.
    public static var version: Int { 1 }
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
