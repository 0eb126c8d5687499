package import PluginKit

/// Reads the lines that another pipeline has published.
package struct Relay: Source {
    package static let name = "relay"
    package static let summary = "The lines of another pipeline."

    package struct Options: OutputOptions {
        @Option("The pipeline.") var of: PipelineName
        @Option("Its sink.") var sink: String?
        package var output: OutputReference { OutputReference(of.name, sink: sink, at: $of) }
        package init() {}
    }

    private let options: Options
    private let context: StageContext

    package init(_ options: Options, in context: StageContext) {
        self.options = options
        self.context = context
    }

    package func describe() throws -> Description {
        Description(try context.outputs.output(options.output).contents.schema)
    }

    package func describe(_ contents: FileContents) -> Description? {
        contents.form == "lines" ? Description(contents.schema) : nil
    }

    package func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) throws -> Next<Int> {
        for file in try context.outputs.output(options.output).files {
            let text = String(decoding: try InputFile(file.path).readAll(atMost: 10_000), as: UTF8.self)
            for line in text.split(separator: "\n") {
                batch.append(request.schema.columns.map { _ in .text(String(line)) })
            }
        }
        return .end
    }
}
