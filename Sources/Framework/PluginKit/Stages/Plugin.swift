/// A part of a pipeline that a file can name: a source, a transform, a sink, a middleware or an exporter.
///
/// A plugin is a value: it is made from its options when the plan is made, and holds no state that a run changes
/// except behind a lock of its own. Making one touches nothing: no file is opened, no server asked.
public protocol Plugin: Sendable {
    /// What a pipeline file can set. Default: nothing.
    associatedtype Options: OptionGroup = NoOptions

    /// What pipeline files call it: lower-case ASCII letters, digits and `-`.
    static var name: String { get }
    /// What kind of plugin it is; the contract that it conforms to states it. Nil for what conforms to none.
    static var kind: Registry.Kind? { get }
    /// What it does, in one sentence.
    static var summary: String { get }
    /// What else there is to know, for the reference page: paragraphs of Markdown. Default: nothing.
    static var details: String { get }
    /// The columns that it delivers (a source), adds (a transform) or looks for (a sink). Default: none named.
    static var columns: [ColumnReference] { get }
    /// An example as it would stand in a pipeline file. Default: one made from the options' defaults.
    static var example: String? { get }
    /// Whether it talks to web servers through `context.http`. Default: no.
    ///
    /// Layers that repeat, pace or limit calls then do so with each exchange, and leave the page or the batch round it
    /// alone.
    static var makesExchanges: Bool { get }
    /// Why a stage needs all records in one run, as half a sentence such as `each part would have a first record of each
    /// key`; nil if runs over a part of the records each (`--partition`) deliver together what one run delivers.
    ///
    /// A source says why it cannot be read in parts: one whose pages each say where the next one begins, say. A run in
    /// parts is refused before it reads where a stage says so and would see a part only. Default: nil, and a sentence for
    /// a transform with a `Memory`, which is one of all records.
    var needsWhole: String? { get }

    /// The metric families that it has values for, beyond those that every run has. Default: none.
    ///
    /// Its reference page lists them.
    static var metrics: [MetricDefinition] { get }
    /// What it reports at the end of a run: numbers with names, such as `hits`. Default: nothing.
    var figures: [Figure] { get }
    /// What it has for exporters, at any time of a run. Default: the figures that name a family.
    var measurements: [Measurement] { get }
    /// What its calls have waited for in it so far, each reason once. Default: nothing.
    var delays: [Delay] { get }
    /// One thing to try when it has held a run up, as a clause without a full stop: `try page_size = 500 in 'plays'`; nil
    /// if what was measured does not show that anything would help. Default: nil.
    ///
    /// The engine ranks what held the run up, and asks the plugin of the first alone. Of an exporter it asks when an export
    /// took longer than it may.
    func advice(on workload: Workload) -> String?
}

extension Plugin {
    /// It conforms to no contract.
    public static var kind: Registry.Kind? { nil }
    /// Nothing more to know.
    public static var details: String { "" }
    /// Empty: the reference page of the plugin lists no columns.
    public static var columns: [ColumnReference] { [] }
    /// None of its own.
    public static var example: String? { nil }
    /// False: the plugin makes no HTTP requests, so layers surround its pages, batches and writes.
    public static var makesExchanges: Bool { false }
    /// Nothing: a part of the records will do.
    public var needsWhole: String? { nil }
    /// None of its own.
    public static var metrics: [MetricDefinition] { [] }
    /// Empty: the plugin adds no numbers to the report of a run.
    public var figures: [Figure] { [] }
    /// The figures that name a family.
    public var measurements: [Measurement] { figures.compactMap(\.measurement) }
    /// Empty: calls of the plugin wait for nothing that it knows of.
    public var delays: [Delay] { [] }
    /// Nothing is known to help.
    public func advice(on workload: Workload) -> String? { nil }
}

/// A column as the reference page of a plugin shows it.
public struct ColumnReference: Sendable {
    /// The column's name.
    public let name: String
    /// What it holds.
    public let kind: Schema.Kind
    /// What it means.
    public let help: String

    /// A column, what it holds and what it means.
    public init(_ name: String, kind: Schema.Kind, help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }
}
