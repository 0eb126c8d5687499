/// Where records go: a function from a mark and a batch to the next mark.
///
/// **The law: writing the same batch at the same mark twice leaves what writing it once leaves.** A write may therefore
/// be repeated, and a run taken up at a mark. `SinkContract` in `PluginTestKit` holds a sink to it.
public protocol Sink: Plugin {
    /// Where the next batch goes: for a file, usually an offset in bytes. It is turned into text for a checkpoint.
    associatedtype Mark: LosslessStringConvertible & Sendable = Int

    /// Makes the sink for an input.
    ///
    /// - Throws: what is wrong with the options: a column that is missing, a kind that does not fit.
    init(_ options: Options, input: Schema, in context: StageContext) throws

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

    /// Completes what was written up to `mark`, still under temporary names, and tells what there is to publish.
    ///
    /// The engine publishes the files of all sinks of a run together, and only when every sink has got this far.
    func finish(at mark: Mark?) async throws -> Delivery

    /// Throws away what was written: the run has failed or was stopped. Default: nothing.
    func abandon() async
}

extension Sink {
    /// Nothing to throw away.
    public func abandon() async {}
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
    /// What a person should know about it, such as `exports/diary-02.csv is of an earlier run`.
    public var remarks: [String]

    /// What a sink has ready.
    public init(files: [PendingFile] = [], written: Int, filtered: [Filtered] = [], remarks: [String] = []) {
        self.files = files
        self.written = written
        self.filtered = filtered
        self.remarks = remarks
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

    /// A file, its final name and what is in it.
    public init(temporaryPath: String, path: String, records: Int, bytes: Int) {
        self.temporaryPath = temporaryPath
        self.path = path
        self.records = records
        self.bytes = bytes
    }
}
