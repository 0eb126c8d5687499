/// A part of a pipeline that a file can name: a source, a transform, a sink, a middleware or an exporter.
///
/// A plugin is a value. It is created from its options when the plan is made, and has no mutable state except what it
/// guards with its own lock. Creating one has no side effects: no file is opened, no server contacted.
public protocol Plugin: Sendable {
    /// The options that a pipeline file can set. Default: none.
    associatedtype Options: OptionGroup = NoOptions

    /// Its name in pipeline files: lower-case ASCII letters, digits and `-`.
    static var name: String { get }
    /// The kind of plugin, which the contract that it conforms to states. Nil for a type that conforms to none.
    static var kind: Registry.Kind? { get }
    /// What it does, in one sentence.
    static var summary: String { get }
    /// More about it for the reference page: paragraphs of Markdown. Default: empty.
    static var details: String { get }
    /// The columns that it delivers (a source), adds (a transform) or looks for (a sink). Default: none listed.
    static var columns: [ColumnReference] { get }
    /// An example as written in a pipeline file. Default: one made from the options' defaults.
    static var example: String? { get }
    /// Whether it makes HTTP requests through `context.http`. Default: false.
    ///
    /// If so, layers that repeat, pace or limit calls apply to each exchange, not to the page or the batch around it.
    static var makesExchanges: Bool { get }
    /// Why a stage needs all records in one run, as a clause such as `each part would have a first record of each key`.
    /// Nil if runs with `--partition` over parts of the records together deliver what one run delivers.
    ///
    /// A source states why it cannot be read in parts, for instance because each page states where the next one begins.
    /// A partitioned run is refused before it reads if a stage states a reason and would see only a part. Default: nil,
    /// and a sentence for a transform with a `Memory`, which depends on all records.
    var needsWhole: String? { get }

    /// The expressions of its options, with their types, for a plan that is shown. Default: none.
    var expressions: [StageExpression] { get }

    /// The metric families that it has values for, in addition to those of every run. Default: none.
    ///
    /// Its reference page lists them.
    static var metrics: [MetricDefinition] { get }
    /// What it has measured so far: those with a name, such as `hits`, are in the report of a run, and those with a family
    /// go to exporters, at any time of a run. Default: nothing.
    var measurements: [Measurement] { get }

    /// How many bytes of main memory the instance itself holds, such as the entries of a cache. Default: nil.
    ///
    /// Instances that share the memory report the same number. The memory of a transform does not belong to it: see
    /// `Transform.bytesInMemory`.
    var bytesInMemory: Int? { get }
    /// What its calls have waited for so far, each reason once. Default: empty.
    var delays: [Delay] { get }
    /// One suggestion if it has slowed a run down, as a clause without a full stop: `try page_size = 500 in 'plays'`.
    /// Nil if the measurements do not show that anything would help. Default: nil.
    ///
    /// The engine ranks the causes of delay and asks only the plugin of the first. It asks an exporter if an export
    /// exceeded its timeout.
    func advice(on workload: Workload) -> String?
}

extension Plugin {
    /// Nil: it conforms to no contract.
    public static var kind: Registry.Kind? { nil }
    /// Empty: the reference page shows the summary alone.
    public static var details: String { "" }
    /// Empty: the reference page of the plugin lists no columns.
    public static var columns: [ColumnReference] { [] }
    /// Nil: the example is made from the options' defaults.
    public static var example: String? { nil }
    /// False: the plugin makes no HTTP requests, so layers surround its pages, batches and writes.
    public static var makesExchanges: Bool { false }
    /// Nil: the stage can work on a part of the records.
    public var needsWhole: String? { nil }
    /// Empty: none of its options is an expression.
    public var expressions: [StageExpression] { [] }
    /// Empty: it has no metric families of its own.
    public static var metrics: [MetricDefinition] { [] }
    /// Empty: the plugin adds no numbers to those of every run.
    public var measurements: [Measurement] { [] }
    /// Nil: it holds nothing worth mentioning, or does not know.
    public var bytesInMemory: Int? { nil }
    /// Empty: no waits of the plugin's calls are known.
    public var delays: [Delay] { [] }
    /// Nil: no change is known to help.
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

    /// A column with its kind and meaning.
    public init(_ name: String, kind: Schema.Kind, help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }
}
