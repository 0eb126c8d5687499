/// Where records go: a function from a mark and a batch to the next mark, which prepares everything and then commits.
///
/// **The law: writing the same batch at the same mark twice has the same result as writing it once.** A write may
/// therefore be repeated, and a run resumed at a mark. Nothing is visible at the destination before the whole run is
/// complete:
///
/// 1. `begin`, once per process, before the first write;
/// 2. `write`, batch after batch;
/// 3. `finish` completes what was written and states what there is, still invisible;
/// 4. the engine checks rejected records and sums, stores what it is about to do, publishes files, and calls `commit`
///    of sinks that make something else visible.
///
/// `SinkContract` in `PluginTestKit` tests a sink against this contract.
public protocol Sink: Plugin {
    /// Where the next batch goes, and all that `finish`, `commit` and `abandon` need: for a file, usually an offset in
    /// bytes. It is converted to text for checkpoints, and another process may read it.
    associatedtype Mark: LosslessStringConvertible & Sendable = Int

    /// What makes its records visible, and whether that can be refused.
    ///
    /// There is no default: the engine calls `commit` of `refusable` and `certain` sinks only.
    static var commitment: Commitment { get }

    /// What makes the records of this sink visible, if its options decide that. Default: the plugin's `commitment`.
    var commitment: Commitment { get }

    /// The version of its marks and options. A run that was interrupted before a commit is completed only by a sink
    /// with the same name and version. Default: 1.
    ///
    /// Increase it when a mark or an option changes its meaning.
    static var version: Int { get }

    /// Creates the sink for an input.
    ///
    /// - Throws: An invalid option: a column that is missing, a kind that does not fit.
    init(_ options: Options, input: Schema, in context: StageContext) throws

    /// What the file that it writes will hold, for a source of a later pipeline; nil, the default, if that is not
    /// known.
    var contents: FileContents? { get }

    /// Which columns of its input it needs. Default: all.
    ///
    /// A column that no stage needs is null in the batches. The needs must not depend on the records, since the plan is
    /// made before the first one.
    var needs: Needs { get }

    /// Prepares to write, once per process and before the first write; not in a dry run.
    ///
    /// This is where the sink removes what an earlier process began at the destination and `mark` does not include,
    /// such as an upload begun just before the process died. A file sink has nothing to do, since a write truncates its
    /// file to the mark.
    ///
    /// - Parameters:
    ///   - mark: Where the run is resumed; nil if it begins.
    ///   - attempt: How often the run was begun or resumed, from 1.
    /// - Throws: An error that ends the run.
    func begin(at mark: Mark?, attempt: Int) async throws

    /// Writes the records of a batch, invisibly, and returns the mark after them.
    ///
    /// The sink removes records that it cannot use with `batch.reject`, and those that it leaves out on purpose with
    /// `batch.keep`. Records still in the batch afterwards count as accepted.
    ///
    /// - Parameters:
    ///   - batch: The records; those still in it afterwards count as accepted.
    ///   - mark: Where to write; nil at the start.
    /// - Returns: The mark after the records.
    /// - Throws: An error that ends the run.
    func write(_ batch: inout Batch, at mark: Mark?) async throws -> Mark

    /// The files that hold what was written up to `mark`, under their temporary names. Default: none.
    ///
    /// The engine syncs them to the disk before it stores a mark, and stores a checksum of their contents up to the
    /// mark. When a run is resumed, it compares the checksums, truncates the files to these sizes and continues at the
    /// mark.
    func parts(at mark: Mark) throws -> [StagedFile]

    /// Completes what was written up to `mark`, still invisibly, and states what there is.
    ///
    /// It may be called again at the same mark, also by another process, so the files that `parts` named must stay. The
    /// engine publishes the files of all sinks of a run together, after every sink has finished. It removes parts that
    /// were not published when they are no longer needed.
    ///
    /// - Parameter mark: The end; nil if nothing was written.
    /// - Returns: The counts, the files, and the mark to commit or abandon at.
    /// - Throws: An error that ends the run; nothing is visible then.
    func finish(at mark: Mark?) async throws -> Delivery<Mark>

    /// Makes visible what `finish` completed and is not a file: commits a transaction, completes an upload.
    ///
    /// The engine calls it until it has returned once, after a crash in another process. So it must recognise a commit
    /// that was already carried out, and succeed. That process does not call `begin`.
    ///
    /// - Parameter mark: The mark that `finish` returned.
    /// - Throws: `Refused` if the destination will never accept it; after any other error the next start tries again.
    func commit(at mark: Mark) async throws

    /// Deletes what was written: the run will not be resumed. Default: does nothing.
    ///
    /// - Parameter mark: The mark after the last write, or the one that `finish` returned; nil if nothing was written,
    ///   or if an earlier version has stored a mark that this one does not understand.
    func abandon(at mark: Mark?) async

    /// Whether, with these options, several files with numbered names may be written for an `OutputPath`. Default:
    /// true.
    ///
    /// The engine then considers the names of all parts when it compares outputs with inputs and with each other.
    static func mayWriteParts(_ options: Options) -> Bool
}

extension Sink {
    /// The kind of the contract.
    public static var kind: Registry.Kind? { .sink }
    /// That of the plugin: the options do not matter.
    public var commitment: Commitment { Self.commitment }
    /// Nil: the contents are not known.
    public var contents: FileContents? { nil }
    /// All columns of the input: a sink that writes only some of them declares which.
    public var needs: Needs { .all }
    /// 1, for a sink whose marks and options have never changed their meaning.
    public static var version: Int { 1 }
    /// Empty: the sink writes no files that the engine has to read back or publish.
    public func parts(at mark: Mark) -> [StagedFile] { [] }
    /// Throws: a sink that declares a commit in `commitment` has to implement this.
    public func commit(at mark: Mark) async throws {
        throw Diagnostic(
            "plugin.commit",
            message: "the sink '\(Self.name)' declares that it commits, and has no 'commit(at:)'",
            category: .defect
        )
    }
    /// Does nothing: there is nothing to delete.
    public func abandon(at mark: Mark?) async {}
    /// True: numbered names are considered too, so that no conflict is missed.
    public static func mayWriteParts(_ options: Options) -> Bool { true }
}

/// What makes the records of a sink visible; it decides the order among the sinks of a run.
public enum Commitment: String, Sendable, Hashable, CaseIterable {
    /// Only the files that `finish` states: the engine publishes them, and does not call `commit`.
    case files
    /// The write itself: what is written is visible whatever happens to the run, so it is not part of the run's atomic
    /// commit.
    case immediate
    /// `commit`, and the destination may refuse it: a constraint of a table, an object that exists. These sinks commit
    /// first.
    case refusable
    /// `commit`, and the destination never refuses what `finish` has completed. These sinks commit last, after the
    /// files.
    case certain

    /// Whether the engine calls `commit`.
    public var commits: Bool { self == .refusable || self == .certain }
}

/// The destination will never accept what a sink is to commit, so there is no point in trying again.
public struct Refused: Error, Sendable {
    /// The reason, and what to do about it.
    public let reason: Diagnostic

    /// Creates the error of a commit that the destination will never accept, with the reason.
    public init(_ reason: Diagnostic) { self.reason = reason }
}

/// What a sink has ready when all records are written.
///
/// The records that the sink had accepted are `written` plus the counts in `filtered`; the engine checks that.
public struct Delivery<Mark: Sendable>: Sendable {
    /// The mark to commit or abandon at; it includes what `finish` added, such as the last part of an upload.
    public var mark: Mark
    /// The files to publish, complete and on the disk, under temporary names.
    public var files: [StagedFile]
    /// How many records the destination has once they are visible.
    public var written: Int
    /// Records that were accepted and then filtered on purpose, by reason.
    public var filtered: [Filtered]
    /// Remarks for the report, such as `there was nothing to write`.
    public var remarks: [String]
    /// Files of earlier runs that could be mistaken for files of this one: see `EarlierFiles`.
    public var earlierFiles: [String] = []

    /// States what a sink has ready.
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

    /// The same delivery with another form of the mark.
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
