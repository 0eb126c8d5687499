public import Diagnostics

/// The output of a sink of another pipeline, as its last complete run has published it.
public struct PublishedOutput: Sendable, Hashable {
    /// A file with its final name, and what identifies its bytes.
    public struct File: Sendable, Hashable {
        /// Its absolute path.
        public let path: String
        /// Its size in bytes.
        public let bytes: Int
        /// The CRC-32 checksum of its bytes.
        public let crc32: UInt32

        /// Creates a file.
        public init(_ path: String, bytes: Int, crc32: UInt32) {
            self.path = path
            self.bytes = bytes
            self.crc32 = crc32
        }
    }

    /// The identifier of the run, as `sprocket history` shows it.
    public let run: String
    /// What the files contain.
    public let contents: FileContents
    /// The files, in the order of their parts.
    public let files: [File]

    /// Creates an output.
    ///
    /// - Parameters:
    ///   - run: The run that has published it.
    ///   - contents: What the files contain.
    ///   - files: The files, in the order of their parts.
    public init(run: String, contents: FileContents, files: [File]) {
        self.run = run
        self.contents = contents
        self.files = files
    }
}

/// Names the output of a sink of another pipeline.
public struct OutputReference: Sendable, Hashable {
    /// The name of the pipeline, or the path of its file.
    public let pipeline: String
    /// The sink; nil for the only one.
    public let sink: String?
    /// Where it is written; nil if that is not known.
    public let place: Diagnostic.Place?

    /// Creates a reference.
    public init(_ pipeline: String, sink: String? = nil, at place: Diagnostic.Place? = nil) {
        self.pipeline = pipeline
        self.sink = sink
        self.place = place
    }

    /// Two references are equal if they lead to the same output, wherever they are written.
    public static func == (left: OutputReference, right: OutputReference) -> Bool {
        left.pipeline == right.pipeline && left.sink == right.sink
    }

    /// Hashes the names.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(pipeline)
        hasher.combine(sink)
    }
}

/// Options that name the output of another pipeline, which the source reads.
///
/// When that pipeline runs earlier in the same command, the source is described from its plan
/// (`Source.describe(_:)`). The option with its name has the type `PipelineName`, so that it runs before.
public protocol OutputOptions: OptionGroup {
    /// The output to read: its pipeline, and the sink if that has several.
    var output: OutputReference { get }
}

/// What other pipelines have published.
public protocol PublishedOutputs: Sendable {
    /// The output of a sink, as the last complete run of its pipeline has published it.
    ///
    /// - Throws: `output.none` if no run has published it; `output.sink` if it is not clear which sink is meant; a
    ///   problem with the state folder.
    func output(_ reference: OutputReference) throws -> PublishedOutput
}

/// The outputs of no pipeline: there is no state folder.
public struct NoOutputs: PublishedOutputs {
    /// Creates them.
    public init() {}

    /// Always fails.
    ///
    /// - Throws: `output.none`.
    public func output(_ reference: OutputReference) throws -> PublishedOutput {
        throw Diagnostic(
            "output.none",
            message: "there is no state folder that says what '\(reference.pipeline)' has published",
            category: .environment,
            at: reference.place
        )
    }
}
