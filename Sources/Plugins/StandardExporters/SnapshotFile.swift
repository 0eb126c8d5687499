internal import PluginKit

/// A file that always holds the newest figures, whole: readers see the old ones or the new ones.
///
/// Every text has a temporary name of its own, so two programs that write the same file never mix: the last one wins.
/// Nobody waits until it is on the disk: after a power cut there are newer figures.
final class SnapshotFile: Sendable {
    /// The moment of the figures that are in it, in nanoseconds since 1970-01-01T00:00:00Z.
    private let written = Locked<Int64>(.min)
    private let path: String

    init(_ path: String) { self.path = path }

    /// Replaces what is in it, unless that is newer.
    ///
    /// The user that collects the metrics may be another one than the user that runs pipelines, and nothing in them is
    /// secret: all may read a new file. One that is there keeps its mode and its owner.
    ///
    /// - Throws: `file.*`, with the path.
    func replace(with bytes: [UInt8], of moment: Int64) throws(Diagnostic) {
        // One after the other, so that the older one does not come last.
        try written.withLock { written throws(Diagnostic) in
            guard moment >= written else { return }
            let file = try WholeFile(path, mode: 0o644)
            try file.write(bytes.span, at: 0)
            try file.publish(isSynced: false)
            written = moment
        }
    }
}
