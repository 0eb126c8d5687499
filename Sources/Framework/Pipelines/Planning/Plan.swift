public import Diagnostics
package import PluginKit
internal import Records

/// Everything that can be known of a run in advance: its stages, their order, columns and options.
///
/// It is made in four phases, each of which is a function of those before it:
///
/// | phase | finds | with |
/// |---|---|---|
/// | bind (`BoundPipeline`) | errors in options | the file, the variables, the environment |
/// | describe (`Descriptions`) | what sources deliver | sources, which may look at their inputs |
/// | resolve (`Resolver`) | which columns each stage reads and passes on | the descriptions |
/// | narrow (`Narrowing`) | what each source is asked for | what stages need |
///
/// Making a plan changes nothing that the run will write.
public struct Plan: Sendable {
    /// The name of the pipeline.
    public let pipeline: String
    /// The path of its file, as given.
    package let file: String
    /// Warnings and notes; there are no errors in a plan.
    public let findings: DiagnosticList

    /// A digest of everything that decides which records are written where.
    public let configuration: String
    /// The same digest without the scope, which the parts of a divided run have in common.
    package let configurationWithoutScope: String
    package let settings: RunSettings
    package let scope: RunScope
    /// The variable that sets the limit of rejected records, if the file uses one.
    package let rejectVariable: String?
    package let run: RunIdentity
    package let log: StageLog
    /// The values that stages keep beyond the run.
    package let kept: RunValues
    /// The calls that are currently waiting.
    package let waits: OpenWaits
    package let time: any TimeSource
    /// The folder for temporary files of transforms that no checkpoint names.
    package let temporaryFolder: String
    /// The time of day.
    package let clock: WallClock
    /// The files that the run reads, writes and depends on.
    package let files: PlannedFiles
    /// The exporters of the run's metrics.
    package let exporters: [PlannedExporter]
    /// The paths that it writes to, as stated in the file.
    package let outputs: [PlannedOutput]
    /// What is stored of each sink that commits, by stage: see `SinkText`.
    package let sinkTexts: [String: String]
    /// Creates sinks of an earlier run.
    package let sinkMaker: SinkMaker
    /// The layers of the program's plugins that could help a run without them, as nouns.
    package let remedies: [Remedy: String]
    /// The nodes; inputs come before their readers.
    package let nodes: [Node]
    /// The sources, in the order in which they are read.
    package let sourceOrder: [Int]
    /// The descriptions of its sources, so that a later plan need not read the inputs again.
    let descriptions: KeptDescriptions
    /// The files that stages read, as far as their options determine them.
    let inputs: [DeclaredFile]
    /// The same plan for a run of another name.
    let naming: @Sendable (RunIdentity) -> Result<Plan, DiagnosticList>

    /// One stage and its connections.
    ///
    /// A class, because it is accessed for each batch: copying a structure of this size means a dozen references.
    package final class Node: Sendable {
        package enum Stage: Sendable {
            case source(any SourceStage)
            case transform(any TransformStage)
            case sink(any SinkStage)

            /// The columns of its input that it needs.
            var needs: Needs {
                switch self {
                case .source: Needs()
                case .transform(let stage): stage.needs
                case .sink(let stage): stage.needs
                }
            }

            /// The columns of its second input that it needs.
            var lookupNeeds: Needs { if case .transform(let stage) = self { stage.lookupNeeds } else { Needs() } }

            /// The plugin instance.
            package var instance: any Plugin {
                switch self {
                case .source(let stage): stage.instance
                case .transform(let stage): stage.instance
                case .sink(let stage): stage.instance
                }
            }
        }

        package let name: String
        package let plugin: String
        package let kind: Registry.Kind
        package let stage: Stage
        /// The columns of all inputs together.
        package let input: Schema
        /// The outputs: none for a sink; several, each with a name, only for a transform.
        package let outputs: [Output]
        /// The outputs that it reads.
        package let inputs: [Port]
        /// The output that it looks up values in.
        package let lookup: Port?
        /// The request to it, if it is a source.
        package let request: ReadRequest
        /// A digest of what decides which records a source delivers: its options after interpolation, the columns that
        /// are needed, the time zone; empty for all other stages.
        package let identity: String
        /// How a source continues from run to run; nil if it is not incremental.
        package let increment: NodeIncrement?
        /// Whether it continues from run to run with what it finds to be new by itself.
        package let findsNews: Bool
        package let layers: MiddlewareStack
        /// Whether it makes requests to web servers.
        package let makesExchanges: Bool
        /// The reason given for records that no output receives.
        package let filter: String
        /// Its access to web servers, with its metrics.
        package let http: HTTPClient

        init(
            name: String,
            plugin: String,
            kind: Registry.Kind,
            stage: Stage,
            input: Schema,
            outputs: [Output],
            inputs: [Port],
            lookup: Port?,
            request: ReadRequest,
            identity: String,
            increment: NodeIncrement?,
            findsNews: Bool,
            layers: MiddlewareStack,
            makesExchanges: Bool,
            http: HTTPClient
        ) {
            self.name = name
            self.plugin = plugin
            self.kind = kind
            self.stage = stage
            self.input = input
            self.outputs = outputs
            self.inputs = inputs
            self.lookup = lookup
            self.request = request
            self.identity = identity
            self.increment = increment
            self.findsNews = findsNews
            self.layers = layers
            self.makesExchanges = makesExchanges
            filter = "by '\(name)'"
            self.http = http
        }

        /// Whether it continues from run to run.
        package var isIncremental: Bool { increment != nil || findsNews }

        /// The same stage without its filter, for a source that already leaves out those records.
        var passing: Node {
            copy(
                stage: .transform(TransformDriver(plugin: Passing(output: input))),
                layers: MiddlewareStack([], names: [])
            )
        }

        /// The same source with this request.
        func asked(_ request: ReadRequest, identity: String) -> Node { copy(request: request, identity: identity) }

        /// The same stage with some parts replaced.
        private func copy(
            stage: Stage? = nil,
            request: ReadRequest? = nil,
            identity: String? = nil,
            layers: MiddlewareStack? = nil
        ) -> Node {
            Node(
                name: name,
                plugin: plugin,
                kind: kind,
                stage: stage ?? self.stage,
                input: input,
                outputs: outputs,
                inputs: inputs,
                lookup: lookup,
                request: request ?? self.request,
                identity: identity ?? self.identity,
                increment: increment,
                findsNews: findsNews,
                layers: layers ?? self.layers,
                makesExchanges: makesExchanges,
                http: http
            )
        }

        /// The columns of its one output.
        package var output: Schema { outputs.first?.schema ?? [:] }
    }

    /// An output of a stage.
    package struct Port: Hashable, Sendable {
        /// The stage, by its index among the nodes.
        package let node: Int
        /// The index of the output.
        package let output: Int

        package init(node: Int, output: Int) {
            self.node = node
            self.output = output
        }
    }

    /// A stage that reads an output.
    package struct Reader: Sendable {
        package let node: Int
        package let asLookup: Bool
    }

    /// How long a stopped run may take to deliver what it has read to the sinks.
    public var stopWithin: Duration { settings.stopWithin }

    /// The readers of each output of each stage.
    package var readers: [[[Reader]]] {
        var readers: [[[Reader]]] = nodes.map { node in node.outputs.map { _ in [] } }
        for (index, node) in nodes.enumerated() {
            if let port = node.lookup { readers[port.node][port.output].append(Reader(node: index, asLookup: true)) }
            var seen: Set<Port> = []
            for port in node.inputs where seen.insert(port).inserted {
                readers[port.node][port.output].append(Reader(node: index, asLookup: false))
            }
        }
        return readers
    }
}
