public import Formats

/// Where records go: a function from a mark and a batch to the next mark.
///
/// **The law: writing the same batch at the same mark twice leaves what writing it once leaves.** A write may therefore
/// be repeated, and a run resumed at a mark. `SinkContract` in `PluginTestKit` holds a sink to it.
public protocol Sink: Plugin {
    /// Where the next batch goes: for a file, usually an offset in bytes. It is turned into text for a checkpoint.
    associatedtype Mark: LosslessStringConvertible & Sendable = Int

    /// Makes the sink for an input.
    ///
    /// - Throws: what is wrong with the options: a column that is missing, a kind that does not fit.
    init(_ options: Options, input: Schema, in context: StageContext) throws

    /// Which columns of its input it needs. Default: all.
    ///
    /// A column that no stage needs is null in what comes. What it needs must not depend on the
    /// records, for the plan is made before the first.
    var needs: Needs { get }

    /// Writes the records of a batch, under temporary names, and returns the mark behind them.
    ///
    /// What the sink cannot use it takes out with `batch.reject`, what it leaves out on purpose with `batch.keep`;
    /// what then still is in the batch counts as accepted.
    ///
    /// - Parameters:
    ///   - batch: The records; what is still in it afterwards counts as accepted.
    ///   - mark: Where to write; nil at the start.
    /// - Returns: The mark behind the records.
    /// - Throws: what ends the run.
    func write(_ batch: inout Batch, at mark: Mark?) async throws -> Mark

    /// The files that hold what was written up to `mark`, under their temporary names. Default: none.
    ///
    /// The engine brings them to the disk before it stores a mark, and keeps a checksum of what they hold up to there.
    /// When a run is resumed, it compares that, cuts the files to these sizes and goes on at the mark.
    func parts(at mark: Mark) throws -> [WrittenPart]

    /// Completes what was written up to `mark`, still under temporary names, and tells what there is to publish.
    ///
    /// The engine publishes the files of all sinks of a run together, and only when every sink has got this far. It may
    /// be called again at the same mark, by another process too; so what `parts` named stays. The engine removes those
    /// parts that were not published when they are not needed any more.
    func finish(at mark: Mark?) async throws -> Delivery

    /// Throws away what was written: the run will not be resumed. Default: nothing.
    func abandon() async

    /// Whether, with these options, several files with numbered names may be written for an `OutputPath`. Default: yes.
    ///
    /// The engine then looks at the names of all parts when it compares outputs with inputs and with each other.
    static func mayWriteParts(_ options: Options) -> Bool
}

extension Sink {
    /// The contract's kind.
    public static var kind: Registry.Kind? { .sink }
    /// All columns.
    public var needs: Needs { .all }
    /// None.
    public func parts(at mark: Mark) -> [WrittenPart] { [] }
    /// Nothing to throw away.
    public func abandon() async {}
    /// Several, so that no name is missed.
    public static func mayWriteParts(_ options: Options) -> Bool { true }
}

/// What a sink has ready when all records are written.
///
/// `written` and the counts in `filtered` together are the records that the sink had accepted; the engine checks it.
public struct Delivery: Sendable {
    /// The files to publish, complete and on the disk, under temporary names.
    public var files: [PendingFile]
    /// How many records the destination now has.
    public var written: Int
    /// Records that were accepted and then filtered on purpose, by reason.
    public var filtered: [Filtered]
    /// What a person should know about it, such as `there was nothing to write`.
    public var remarks: [String]
    /// Files of earlier runs that could be taken for files of this one: see `EarlierFiles`.
    public var earlierFiles: [String] = []

    /// What a sink has ready.
    public init(files: [PendingFile] = [], written: Int, filtered: [Filtered] = [], remarks: [String] = []) {
        self.files = files
        self.written = written
        self.filtered = filtered
        self.remarks = remarks
    }
}

/// A file that is being written, and how much of it counts.
public struct WrittenPart: Sendable, Hashable {
    /// Where it lies, under its temporary name.
    public let path: String
    /// How many of its bytes count.
    public let bytes: Int
    /// How many records they hold.
    public let records: Int
    /// How its records can be counted.
    public let format: RecordFormat

    /// A part of a file.
    public init(path: String, bytes: Int, records: Int, format: RecordFormat = .opaque) {
        self.path = path
        self.bytes = bytes
        self.records = records
        self.format = format
    }
}

/// A complete file that waits for its final name.
public struct PendingFile: Sendable {
    /// Where it lies now.
    public let temporaryPath: String
    /// Where it belongs.
    public let path: String
    /// How many records it holds.
    public let records: Int
    /// How many bytes it has.
    public let bytes: Int
    /// How its records can be counted, so that the engine can read them back.
    public var format: RecordFormat

    /// A file, its final name and what is in it.
    public init(temporaryPath: String, path: String, records: Int, bytes: Int, format: RecordFormat = .opaque) {
        self.temporaryPath = temporaryPath
        self.path = path
        self.records = records
        self.bytes = bytes
        self.format = format
    }
}
