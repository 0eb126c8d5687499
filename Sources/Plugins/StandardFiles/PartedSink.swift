package import PluginKit

/// A sink that encodes records into a file, or into parts of limited size.
package protocol PartedSink: Sink where Mark == FileMark, Options: PartedOptions {
    /// The file or its parts.
    var files: PartFiles { get }
}

/// Options with the limits of a part.
package protocol PartedOptions {
    /// The most records of a part; nil if there is no limit.
    var maxRows: Int? { get }
    /// The most bytes of a part; nil if there is no limit.
    var maxBytes: ByteCount? { get }
}

extension PartedSink {
    package static var commitment: Commitment { .files }

    package static func mayWriteParts(_ options: Options) -> Bool {
        options.maxRows != nil || options.maxBytes != nil
    }

    package func begin(at mark: FileMark?, attempt: Int) {}

    package func parts(at mark: FileMark) -> [StagedFile] { files.parts(at: mark) }

    package func abandon(at mark: FileMark?) async { files.abandon() }
}
