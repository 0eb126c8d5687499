internal import PluginKit

/// A file that always holds the latest metrics completely: readers see the old ones or the new ones.
///
/// Each write uses a temporary file of its own, so two programs that write the same file never mix their output: the
/// last one wins. The file is not synced to the disk: after a power failure there are newer metrics.
final class SnapshotFile: Sendable {
    /// When the metrics in the file were taken, in nanoseconds since 1970-01-01T00:00:00Z.
    private let written = Locked<Int64>(.min)
    private let path: String

    init(_ path: String) { self.path = path }

    /// Replaces the content of the file unless it is newer.
    ///
    /// The user that collects the metrics may differ from the user that runs pipelines, and metrics are not secret: all
    /// users may read a new file. An existing file keeps its mode and its owner.
    ///
    /// - Throws: `file.*`, with the path.
    func replace(with bytes: [UInt8], of moment: Int64) throws(Diagnostic) {
        // One write at a time, so that older metrics never replace newer ones.
        try written.withLock { written throws(Diagnostic) in
            guard moment >= written else { return }
            let file = try WholeFile(path, mode: 0o644)
            try file.write(bytes.span, at: 0)
            try file.publish(isSynced: false)
            written = moment
        }
    }
}
