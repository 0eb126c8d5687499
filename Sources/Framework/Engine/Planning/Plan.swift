public import Diagnostics
internal import PluginKit
internal import Records

/// Everything that can be known of a run before it: which stages, in which order, with which columns and options.
///
/// Making a plan touches nothing: no file of the data is opened, no server asked.
public struct Plan: Sendable {
    /// What the pipeline is called.
    public let pipeline: String
    /// Warnings and notes; a plan with errors does not come to be.
    public let findings: DiagnosticList

    /// A digest of everything that decides what the run does: the file, and what `-D` set.
    let configuration: String
    let settings: RunSettings
    /// The variable that says how many rejected records the file allows, if it is one.
    let rejectVariable: String?
    let run: RunIdentity
    let log: StageLog
    let time: any TimeSource
    /// Inputs stand before what reads them.
    let nodes: [Node]
    /// The sources, in the order in which they are read.
    let sourceOrder: [Int]

    /// One stage and its place among the others.
    struct Node: Sendable {
        enum Stage: Sendable {
            case source(any SourceStage)
            case transform(any TransformStage)
            case sink(any SinkStage)
        }

        let name: String
        let plugin: String
        let kind: Registry.Kind
        let stage: Stage
        /// What comes in: the columns of all inputs together.
        let input: Schema
        /// What goes out.
        let output: Schema
        /// The stages that it reads.
        let inputs: [Int]
        /// The stage that it looks things up in.
        let lookup: Int?
        let layers: MiddlewareStack
    }

    /// The stages that read a stage, and whether as lookup.
    func readers(of index: Int) -> [(node: Int, asLookup: Bool)] {
        nodes.indices.flatMap { reader -> [(Int, Bool)] in
            let asInput = nodes[reader].inputs.contains(index) ? [(reader, false)] : []
            return nodes[reader].lookup == index ? [(reader, true)] + asInput : asInput
        }
    }
}
