/// Where records go: a function from a mark and a batch to the next mark, which prepares everything and then commits.
///
/// **The law: writing the same batch at the same mark twice leaves what writing it once leaves.** A write may therefore
/// be repeated, and a run resumed at a mark. Nothing is visible at the destination before the whole run is complete:
///
/// 1. `begin`, once a process, before the first write;
/// 2. `write`, batch after batch;
/// 3. `finish` completes what was written and states what there is, still invisible;
/// 4. the engine checks rejected records and sums, stores what it is about to do, publishes files, and calls `commit` of
///    sinks that make something else visible.
///
/// `SinkContract` in `PluginTestKit` holds a sink to it.
public protocol Sink: Plugin {
    /// Where the next batch goes, and all that `finish`, `commit` and `abandon` have to know: for a file, usually an
    /// offset in bytes. It is turned into text for checkpoints, and may be read by another process.
    associatedtype Mark: LosslessStringConvertible & Sendable = Int

    /// What makes its records visible, and whether that can be refused.
    ///
    /// There is no default: the engine calls `commit` of `refusable` and `certain` sinks only.
    static var commitment: Commitment { get }

    /// The number of its form: a run that was cut off before a commit is completed only by a sink of the same name and the
    /// same version. Default: 1.
    ///
    /// Increase it when a mark or an option means something else than before.
    static var version: Int { get }

    /// Makes the sink for an input.
    ///
    /// - Throws: what is wrong with the options: a column that is missing, a kind that does not fit.
    init(_ options: Options, input: Schema, in context: StageContext) throws

    /// What the file that it writes will hold, for a source of a later pipeline; nil, the default, if that is not known.
    var contents: FileContents? { get }

    /// Which columns of its input it needs. Default: all.
    ///
    /// A column that no stage needs is null in what comes. What it needs must not depend on the records,
    /// for the plan is made before the first.
    var needs: Needs { get }

    /// Prepares to write, once a process and before the first write; not in a dry run.
    ///
    /// What an earlier process began at the destination and `mark` does not know is removed here: an upload that was begun
    /// just before the process died, say. A file sink has nothing to do, since a write cuts its file to the mark.
    ///
    /// - Parameters:
    ///   - mark: Where the run is resumed; nil if it begins.
    ///   - attempt: How often the run was begun or resumed, from 1.
    /// - Throws: what ends the run.
    func begin(at mark: Mark?, attempt: Int) async throws

    /// Writes the records of a batch, invisibly, and returns the mark after them.
    ///
    /// What the sink cannot use it takes out with `batch.reject`, what it leaves out on purpose with `batch.keep`;
    /// what then still is in the batch counts as accepted.
    ///
    /// - Parameters:
    ///   - batch: The records; what is still in it afterwards counts as accepted.
    ///   - mark: Where to write; nil at the start.
    /// - Returns: The mark after the records.
    /// - Throws: what ends the run.
    func write(_ batch: inout Batch, at mark: Mark?) async throws -> Mark

    /// The files that hold what was written up to `mark`, under their temporary names. Default: none.
    ///
    /// The engine brings them to the disk before it stores a mark, and keeps a checksum of what they hold up to there.
    /// When a run is resumed, it compares that, cuts the files to these sizes and continues at the mark.
    func parts(at mark: Mark) throws -> [StagedFile]

    /// Completes what was written up to `mark`, still invisibly, and states what there is.
    ///
    /// It may be called again at the same mark, by another process too; so what `parts` named stays. The engine publishes
    /// the files of all sinks of a run together, and only when every sink has got this far. It removes those parts that
    /// were not published when they are not needed any more.
    ///
    /// - Parameter mark: The end; nil if nothing was written.
    /// - Returns: The counts, the files, and the mark to commit or abandon at.
    /// - Throws: what ends the run; nothing is visible then.
    func finish(at mark: Mark?) async throws -> Delivery<Mark>

    /// Makes visible what `finish` completed, where that is not a file: commits a transaction, completes an upload.
    ///
    /// The engine calls it until it has returned once, after a crash in another process; so a commit that was carried out
    /// before is recognised and succeeds. That process does not call `begin`.
    ///
    /// - Parameter mark: The mark that `finish` returned.
    /// - Throws: `Refused` if the destination will never accept it; any other error has the next start try again.
    func commit(at mark: Mark) async throws

    /// Throws away what was written: the run will not be resumed. Default: nothing.
    ///
    /// - Parameter mark: Where it was: the mark after the last write, or the one that `finish` returned; nil if nothing was
    ///   written, or if an earlier version has stored a mark that this one does not understand.
    func abandon(at mark: Mark?) async

    /// Whether, with these options, several files with numbered names may be written for an `OutputPath`. Default: yes.
    ///
    /// The engine then looks at the names of all parts when it compares outputs with inputs and with each other.
    static func mayWriteParts(_ options: Options) -> Bool
}

extension Sink {
    /// The contract's kind.
    public static var kind: Registry.Kind? { .sink }
    /// Nil: it is not known.
    public var contents: FileContents? { nil }
    /// All columns of the input: a sink that writes only some of them declares which.
    public var needs: Needs { .all }
    /// 1, for a sink whose marks and options have never changed their meaning.
    public static var version: Int { 1 }
    /// Empty: the sink writes no files that the engine has to read back or publish.
    public func parts(at mark: Mark) -> [StagedFile] { [] }
    /// Nothing that is called: see `commitment`.
    public func commit(at mark: Mark) async throws {
        throw Diagnostic(
            "plugin.commit",
            message: "the sink '\(Self.name)' declares that it commits, and has no 'commit(at:)'",
            category: .defect
        )
    }
    /// Nothing to throw away.
    public func abandon(at mark: Mark?) async {}
    /// Several, so that no name is missed.
    public static func mayWriteParts(_ options: Options) -> Bool { true }
}

/// What makes the records of a sink visible, which decides when among the sinks of a run.
public enum Commitment: String, Sendable, Hashable, CaseIterable {
    /// Nothing but the files that `finish` states: the engine publishes them, and does not call `commit`.
    case files
    /// The write itself: what is written is visible whatever happens to the run, so it is outside of all or nothing.
    case immediate
    /// `commit`, and the destination may refuse it: a constraint of a table, an object that exists. These go first.
    case refusable
    /// `commit`, and the destination never refuses what `finish` has completed. These go last, after the files.
    case certain

    /// Whether the engine calls `commit`.
    public var commits: Bool { self == .refusable || self == .certain }
}

/// The destination will never accept what a sink is to commit; trying again is no use.
public struct Refused: Error, Sendable {
    /// Why, and what to do about it.
    public let reason: Diagnostic

    /// Creates the error of a commit that the destination will never accept, with the reason.
    public init(_ reason: Diagnostic) { self.reason = reason }
}

/// What a sink has ready when all records are written.
///
/// `written` and the counts in `filtered` together are the records that the sink had accepted; the engine checks it.
public struct Delivery<Mark: Sendable>: Sendable {
    /// The mark to commit or abandon at: it knows what `finish` added, such as the last part of an upload.
    public var mark: Mark
    /// The files to publish, complete and on the disk, under temporary names.
    public var files: [StagedFile]
    /// How many records the destination has once they are visible.
    public var written: Int
    /// Records that were accepted and then filtered on purpose, by reason.
    public var filtered: [Filtered]
    /// What a person should know about it, such as `there was nothing to write`.
    public var remarks: [String]
    /// Files of earlier runs that could be taken for files of this one: see `EarlierFiles`.
    public var earlierFiles: [String] = []

    /// What a sink has ready.
    public init(
        at mark: Mark,
        files: [StagedFile] = [],
        written: Int,
        filtered: [Filtered] = [],
        remarks: [String] = []
    ) {
        self.mark = mark
        self.files = files
        self.written = written
        self.filtered = filtered
        self.remarks = remarks
    }

    /// The same with another form of the mark.
    package func map<Other: Sendable>(_ transform: (Mark) throws -> Other) rethrows -> Delivery<Other> {
        var delivery = Delivery<Other>(
            at: try transform(mark),
            files: files,
            written: written,
            filtered: filtered,
            remarks: remarks
        )
        delivery.earlierFiles = earlierFiles
        return delivery
    }
}
