public import Diagnostics
package import PluginKit
internal import Records

/// Everything that can be known of a run before it: which stages, in which order, with which columns and options.
///
/// It is made in four phases, each of which is a function of those before it:
///
/// | phase | finds | with |
/// |---|---|---|
/// | bind (`BoundPipeline`) | what is wrong with options | the file, the variables, the environment |
/// | describe (`Descriptions`) | what sources deliver | sources, which may look at their inputs |
/// | resolve (`Resolver`) | which columns each stage reads and hands on | the descriptions |
/// | narrow (`Narrowing`) | what each source is asked for | what stages need |
///
/// Nothing that it plans to write is touched.
public struct Plan: Sendable {
    /// What the pipeline is called.
    public let pipeline: String
    /// The path of its file, as it was given.
    package let file: String
    /// Warnings and notes; a plan with errors does not come to be.
    public let findings: DiagnosticList

    /// A digest of everything that decides which records come where.
    public let configuration: String
    /// The same digest without how much is to be done, which the parts of a divided run have in common.
    package let configurationWithoutScope: String
    package let settings: RunSettings
    package let scope: RunScope
    /// The variable that says how many rejected records the file allows, if it is one.
    package let rejectVariable: String?
    package let run: RunIdentity
    package let log: StageLog
    /// What stages keep beyond the run.
    package let kept: RunValues
    /// What calls wait for just now.
    package let waits: OpenWaits
    package let time: any TimeSource
    /// Where memories keep files that no checkpoint names.
    package let temporaryFolder: String
    /// The time of day.
    package let clock: WallClock
    /// The files that the run reads, writes and depends on.
    package let files: PlannedFiles
    /// Where the figures of the run go.
    package let exporters: [PlannedExporter]
    /// The paths that it writes to, as the file states them.
    package let outputs: [PlannedOutput]
    /// What each sink that commits is made of, by stage: see `SinkText`.
    package let sinkTexts: [String: String]
    /// Makes sinks of an earlier run.
    package let sinkMaker: SinkMaker
    /// What layers of the program's plugins may do for runs without them, as nouns.
    package let remedies: [Remedy: String]
    /// Inputs stand before what reads them.
    package let nodes: [Node]
    /// The sources, in the order in which they are read.
    package let sourceOrder: [Int]
    /// What its sources deliver, so that a later plan need not look again.
    let descriptions: KeptDescriptions
    /// The files that stages read, as far as their options settle them.
    let inputs: [DeclaredFile]
    /// The same plan for a run of another name.
    let naming: @Sendable (RunIdentity) -> Result<Plan, DiagnosticList>

    /// One stage and its place among the others.
    ///
    /// A class, since it is looked at for each batch: of a structure of this size each look is a dozen references.
    package final class Node: Sendable {
        package enum Stage: Sendable {
            case source(any SourceStage)
            case transform(any TransformStage)
            case sink(any SinkStage)

            /// Which columns of its input it needs.
            var needs: Needs {
                switch self {
                case .source: Needs()
                case .transform(let stage): stage.needs
                case .sink(let stage): stage.needs
                }
            }

            /// Which columns of its second input it needs.
            var lookupNeeds: Needs { if case .transform(let stage) = self { stage.lookupNeeds } else { Needs() } }

            /// The plugin, as it was made.
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
        /// What comes in: the columns of all inputs together.
        package let input: Schema
        /// What goes out: nothing of a sink, and several, each with a name, only of a transform.
        package let outputs: [Output]
        /// What it reads.
        package let inputs: [Port]
        /// Where it looks things up.
        package let lookup: Port?
        /// What it is asked for, if it is a source.
        package let request: ReadRequest
        /// A digest of what decides which records a source has: its options as they are after interpolation, the columns
        /// that are wanted, the time zone; empty for all other stages.
        package let identity: String
        /// How a source goes on from run to run; nil if it is read whole.
        package let increment: NodeIncrement?
        package let layers: MiddlewareStack
        /// Whether it talks to web servers.
        package let makesExchanges: Bool
        /// Why records are filtered that no output has taken.
        package let filter: String
        /// How it talks to web servers, and what it has done there.
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
            self.layers = layers
            self.makesExchanges = makesExchanges
            filter = "by '\(name)'"
            self.http = http
        }

        /// The same stage with nothing to do: what it would filter does not come.
        var passing: Node {
            Node(
                name: name,
                plugin: plugin,
                kind: kind,
                stage: .transform(TransformDriver(plugin: Passing(output: input))),
                input: input,
                outputs: outputs,
                inputs: inputs,
                lookup: lookup,
                request: request,
                identity: identity,
                increment: increment,
                layers: MiddlewareStack([], names: []),
                makesExchanges: makesExchanges,
                http: http
            )
        }

        /// The same source, asked for this.
        func asked(_ request: ReadRequest, identity: String) -> Node {
            Node(
                name: name,
                plugin: plugin,
                kind: kind,
                stage: stage,
                input: input,
                outputs: outputs,
                inputs: inputs,
                lookup: lookup,
                request: request,
                identity: identity,
                increment: increment,
                layers: layers,
                makesExchanges: makesExchanges,
                http: http
            )
        }

        /// The columns of its one output.
        package var output: Schema { outputs.first?.schema ?? [:] }
    }

    /// An output of a stage.
    package struct Port: Hashable, Sendable {
        /// The stage, by its place among the nodes.
        package let node: Int
        /// Which of its outputs.
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

    /// How long a run that is stopped may take to bring what it has read to the sinks.
    public var stopWithin: Duration { settings.stopWithin }

    /// Who reads each output of each stage.
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
