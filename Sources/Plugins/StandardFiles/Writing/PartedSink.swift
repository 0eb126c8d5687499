package import PluginKit

/// A sink that encodes records into a file, or into parts of limited size.
package protocol PartedSink: Sink where Mark == FileMark, Options: PartedOptions {
    /// The file or its parts.
    var files: PartFiles { get }
}

/// The options of a sink that writes files.
package protocol PartedOptions {
    /// Where the records go.
    var path: OutputDestination { get }
    /// Whether records for standard output wait in a file until the run commits; nil if that is not stated.
    var spool: Bool? { get }
    var spoolPlace: Diagnostic.Place? { get }
    /// The most records of a part; nil if there is no limit.
    var maxRows: Int? { get }
    var maxRowsPlace: Diagnostic.Place? { get }
    /// The most bytes of a part; nil if there is no limit.
    var maxBytes: ByteCount? { get }
    var maxBytesPlace: Diagnostic.Place? { get }
    /// How files are compressed; nil if their name decides.
    var compression: Compression? { get }
    /// The level of compression; nil for the usual one.
    var level: Int? { get }
    var levelPlace: Diagnostic.Place? { get }
}

extension PartedSink {
    package static var commitment: Commitment { .files }

    /// Standard output is not published as a file is.
    package var commitment: Commitment { files.commitment }

    package static func mayWriteParts(_ options: Options) -> Bool {
        options.maxRows != nil || options.maxBytes != nil
    }

    package func begin(at mark: FileMark?, attempt: Int) throws { try files.begin(at: mark) }

    package func parts(at mark: FileMark) -> [StagedFile] { files.parts(at: mark) }

    package func commit(at mark: FileMark) async throws { try files.commit(at: mark) }

    package func abandon(at mark: FileMark?) async { files.abandon() }
}
