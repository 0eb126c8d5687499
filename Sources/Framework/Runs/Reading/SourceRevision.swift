internal import PluginKit
internal import StateStore

/// The revision of a source's data before a run, and the files that the run published.
struct SourceRevision: Sendable {
    /// The source's stage.
    let stage: String
    /// The configuration of the run, followed by the revision that the source stated.
    let text: String
    /// The files that were published.
    private(set) var files: [Output] = []

    /// A file that a run has published, as the row of the revision stores it: without a checksum, to be checked quickly.
    struct Output: StoredState, Hashable {
        let path: String
        let bytes: Int

        init(path: String, bytes: Int) {
            self.path = path
            self.bytes = bytes
        }

        /// Whether it still exists with the same size.
        var isThere: Bool { FileSystem.size(of: path) == bytes && !FileSystem.isFolder(path) }

        func write(to writer: inout StateWriter) {
            path.write(to: &writer)
            bytes.write(to: &writer)
        }

        init(from reader: inout StateReader) throws(Diagnostic) {
            path = try String(from: &reader)
            bytes = try Int(from: &reader)
        }
    }

    init(of stage: String, text: String) {
        self.stage = stage
        self.text = text
    }

    /// The revision in a row of the state; nil if the row is a bookmark of another kind.
    init?(_ bookmark: Bookmark) {
        guard bookmark.stage.hasSuffix(Self.suffix) else { return nil }
        self.init(of: String(bookmark.stage.dropLast(Self.suffix.count)), text: bookmark.cursor)
        var reader = StateReader(bookmark.edge)
        // Earlier versions did not store files.
        files = (try? [Output](from: &reader)) ?? []
    }

    /// The row of the state for the revision, when these files are published.
    func bookmark(with files: [Output]) -> Bookmark {
        var writer = StateWriter()
        files.write(to: &writer)
        return Bookmark(stage: stage + Self.suffix, cursor: text, edge: writer.bytes)
    }

    /// Distinguishes it from the bookmark of the source: no stage has such a name.
    private static let suffix = " (revision)"

    /// The revisions that the first attempt of a run has noted.
    static func all(in checkpoint: Checkpoint) -> [SourceRevision] {
        checkpoint.states.sorted { $0.key < $1.key }.compactMap { name, bytes in
            guard name.hasPrefix(StateName.revisionPrefix) else { return nil }
            let stage = String(name.dropFirst(StateName.revisionPrefix.count))
            return SourceRevision(of: stage, text: String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Stores it in a checkpoint, for an attempt that resumes the run.
    func keep(in checkpoint: inout Checkpoint) {
        checkpoint.states[StateName.revisionPrefix + stage] = Array(text.utf8)
    }
}
