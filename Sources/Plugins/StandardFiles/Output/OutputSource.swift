internal import Formats
package import PluginKit

/// Reads what another pipeline has published.
package struct OutputSource: Source {
    package static let name = "output"
    package static let summary = "Reads the files that the last complete run of another pipeline has published."
    package static let details = """
        The records have the columns and kinds that they had when they were written. The other pipeline runs before, in \
        the same command, as with `needs`; when both are checked together, its plan states the columns. `sink` is needed \
        if several of its sinks write files of a format that is read: `csv`, `json-lines` or `json`.

        A file that is gone (`output.missing`) or was changed (`output.changed`) since that run ends this one: run the \
        other pipeline again.
        """
    package static let example: String? = """
        [[source]]
        use = "output"
        of = "trakt-backup"
        sink = "films"
        """

    /// Reading a page again is as fast as reading it from a cache.
    package static let isCacheable = false

    package struct Options: OutputOptions {
        @Option("The name of the other pipeline.")
        package var of: PipelineName

        @Option("The sink of it whose files are read. Default: the only one with files that can be read.")
        package var sink: String?

        package var output: OutputReference { OutputReference(of.name, sink: sink, at: $of) }

        package init() {}
    }

    private let options: Options
    private let context: StageContext
    private let known = Locked<PublishedOutput?>(nil)
    private let reader = Locked<FormReader?>(nil)

    package init(_ options: Options, in context: StageContext) {
        self.options = options
        self.context = context
    }

    package func describe() throws -> Description {
        let contents = try output().contents
        guard let description = describe(contents) else { throw unreadable(contents) }
        return description
    }

    package func describe(_ contents: FileContents) -> Description? {
        FormReader.forms.contains(contents.form) ? Description(contents.schema) : nil
    }

    package var fingerprint: String? { get throws { try output().run } }

    package func read(
        at cursor: String?,
        for request: ReadRequest,
        into batch: inout Batch
    ) async throws -> Next<String> {
        try await verifiedReader().read(cursor, for: request, into: &batch)
    }

    /// The output, looked up once for the run.
    private func output() throws -> PublishedOutput {
        if let output = known.withLock({ $0 }) { return output }
        let output = try context.outputs.output(options.output)
        known.withLock { $0 = output }
        return output
    }

    /// What reads the files, once they are known to be those that were published.
    private func verifiedReader() async throws -> FormReader {
        if let reader = reader.withLock({ $0 }) { return reader }
        let output = try output()
        for file in output.files { try await OutputCheck.verify(file, of: options.of.name, run: output.run) }
        guard let reader = try FormReader(output, in: context) else { throw unreadable(output.contents) }
        self.reader.withLock { $0 = reader }
        return reader
    }

    private func unreadable(_ contents: FileContents) -> Diagnostic {
        Diagnostic(
            "output.form",
            message: "the files of '\(options.of.name)' are '\(contents.form)', which is not read",
            category: .usage,
            at: options.$of
        )
    }
}
