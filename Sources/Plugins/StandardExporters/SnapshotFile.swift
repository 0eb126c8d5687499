internal import PluginKit

/// A file that always holds the newest figures, whole: readers see the old ones or the new ones.
///
/// Nobody waits until it is on the disk: after a power cut there are newer figures.
final class SnapshotFile: Sendable {
    /// The moment of the figures that are in it, in nanoseconds since 1970-01-01T00:00:00Z.
    private let written = Guarded<Int64>(.min)
    private let path: String

    init(_ path: String) { self.path = path }

    /// Replaces what is in it, unless that is newer.
    ///
    /// - Throws: `file.*`, with the path.
    func replace(with bytes: [UInt8], of moment: Int64) throws(Diagnostic) {
        // One after the other: two that write at the same time would mix under the temporary name.
        try written.withLock { written throws(Diagnostic) in
            guard moment >= written else { return }
            let file = OutputFile(path, suffix: ".part")
            let end = try file.write(bytes.span, at: 0)
            // Somebody who was cut off may have left more.
            try FileSystem.truncate(file.temporaryPath, to: end)
            try FileSystem.rename(file.temporaryPath, to: path)
            written = moment
        }
    }
}
