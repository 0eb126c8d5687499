/// Where the metrics of a run go: a file, a collector, a line on the terminal.
///
/// The engine takes a snapshot at an interval and hands it to every exporter of the pipeline, and a last one when the
/// run has ended. It sets a timeout for each export and reports a failure once; an error that an exporter throws never
/// ends a run. `ExporterContract` in `PluginTestKit` tests an exporter against this contract.
public protocol Exporter: Plugin {
    /// Creates the exporter; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - options: The options in the pipeline file.
    ///   - context: Services of the engine; `stage` is the exporter's name in the pipeline.
    /// - Throws: An invalid option.
    init(_ options: Options, in context: StageContext) throws

    /// Exports a snapshot.
    ///
    /// It may be called while an earlier call has not ended; a snapshot that is older than one already exported may
    /// then be skipped. Exporting the same snapshot twice has the same result as exporting it once.
    ///
    /// It may take time but must not block its thread: blocking work, such as writing to a file, belongs on a thread of
    /// its own.
    ///
    /// - Parameters:
    ///   - snapshot: The metrics.
    ///   - isFinal: Whether this is the last snapshot, so that nothing may stay buffered.
    /// - Throws: Why the export failed; the engine reports it as a warning.
    func export(_ snapshot: MetricSnapshot, isFinal: Bool) async throws

    /// The possible first bytes of each file that it writes. Default: empty, which disables the check.
    ///
    /// An exporter replaces, or appends to, a file that an `OutputPath` of its options names. If such a file exists
    /// before the run, is not empty and begins with none of these, it is not the exporter's own, and the run is
    /// refused.
    static var fileBeginnings: [String] { get }
}

extension Exporter {
    /// The kind of the contract.
    public static var kind: Registry.Kind? { .exporter }
    /// Empty: no file is checked.
    public static var fileBeginnings: [String] { [] }
}
