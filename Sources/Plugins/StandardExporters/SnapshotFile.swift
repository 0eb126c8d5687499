internal import Glibc
internal import PluginKit
internal import Synchronization

/// A file that always holds the newest figures, whole: readers see the old ones or the new ones.
///
/// Every text has a temporary name of its own, so two programs that write the same file never mix: the last one wins.
/// Nobody waits until it is on the disk: after a power cut there are newer figures.
final class SnapshotFile: Sendable {
    /// The moment of the figures that are in it, in nanoseconds since 1970-01-01T00:00:00Z.
    private let written = Guarded<Int64>(.min)
    private let path: String

    /// What tells the temporary names of a process apart.
    private static let number = Atomic<Int>(0)
    /// So many names are tried: earlier processes of the same number may have left some when they were killed.
    private static let mostNames = 1000

    init(_ path: String) { self.path = path }

    /// Replaces what is in it, unless that is newer.
    ///
    /// - Throws: `file.*`, with the path.
    func replace(with bytes: [UInt8], of moment: Int64) throws(Diagnostic) {
        // One after the other, so that the older one does not come last.
        try written.withLock { written throws(Diagnostic) in
            guard moment >= written else { return }
            try FileSystem.createFolder(around: path)
            let (temporary, descriptor) = try created()
            do throws(Diagnostic) {
                defer { close(descriptor) }
                // Whoever collects the figures may be another user than whoever runs pipelines; nothing in them is secret.
                guard fchmod(descriptor, 0o644) == 0 else { throw failure }
                try write(bytes, to: descriptor)
            } catch {
                unlink(temporary)
                throw error
            }
            do throws(Diagnostic) {
                try FileSystem.rename(temporary, to: path)
            } catch {
                unlink(temporary)
                throw error
            }
            written = moment
        }
    }

    /// A file of a name that nobody else has: `.NAME.PID-N.part` beside the file.
    private func created() throws(Diagnostic) -> (path: String, descriptor: Int32) {
        let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        for _ in 0..<Self.mostNames {
            let number = Self.number.add(1, ordering: .relaxed).newValue
            let temporary = "\(path[..<start]).\(path[start...]).\(getpid())-\(number).part"
            // Nobody can have put a link there that leads elsewhere.
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
            if descriptor >= 0 { return (temporary, descriptor) }
            guard errno == EEXIST else { throw failure }
        }
        throw Diagnostic(
            "file.write",
            "there are too many files '.….part' of earlier programs beside it",
            at: .file(path),
            hint: "remove them"
        )
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws(Diagnostic) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                guard SystemFailure.last.isInterruption else { throw failure }
                continue
            }
            done += count
        }
    }

    private var failure: Diagnostic { SystemFailure.last.diagnostic("write", path) }
}
