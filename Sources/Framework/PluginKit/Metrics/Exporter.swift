/// Where the figures of a run go: a file, a collector, a line on the terminal.
///
/// The engine makes a snapshot now and then and hands it to every exporter of the pipeline, and once more when the run
/// has ended. It knows the interval, bounds the time, and says it once when something goes wrong; what an exporter throws
/// never ends a run. `ExporterContract` in `PluginTestKit` holds an exporter to the laws of its kind.
public protocol Exporter: Plugin {
    /// Makes the exporter; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - options: What the file sets.
    ///   - context: What it may use; `stage` is what the pipeline calls the exporter.
    /// - Throws: what is wrong with the options.
    init(_ options: Options, in context: StageContext) throws

    /// Hands the figures on.
    ///
    /// It may be called while an earlier call has not ended; a snapshot that is older than one that was handed on already
    /// may then be left out. Handing the same snapshot on twice leaves the same totals.
    ///
    /// It may take its time, but does not block: what does, such as writing to a file, belongs on a thread of its own.
    ///
    /// - Parameters:
    ///   - snapshot: The figures.
    ///   - isFinal: Whether none will follow, so that nothing may be kept back.
    /// - Throws: why it could not be done; the engine says it as a warning.
    func export(_ snapshot: MetricSnapshot, isFinal: Bool) async throws

    /// What each of its files begins with, in one of several forms. Default: none, and then nothing is looked at.
    ///
    /// A file that an `OutputPath` of its options names is replaced, or added to, again and again. One that is there
    /// before the run, is not empty and begins in no such way is not this exporter's, and refused.
    static var fileBeginnings: [String] { get }
}

extension Exporter {
    /// The contract's kind.
    public static var kind: Registry.Kind? { .exporter }
    /// None: no file is looked at.
    public static var fileBeginnings: [String] { [] }
}
