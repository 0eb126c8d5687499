internal import PluginKit

/// What a bookmark remembers of a file that a run has read.
struct ReadFile: Sendable, Hashable {
    /// What identifies it: `InputFileEntry.key`.
    let key: String
    /// How many of its stored bytes were read.
    let size: Int
    /// How many it had: more if its last line was left to a later run.
    let wholeSize: Int
    /// When it was last written, in nanoseconds since 1970-01-01T00:00:00Z.
    let modified: Int64?
    /// The version of an address.
    let tag: String?
    /// The digest of the bytes that were read; of an address, of nothing.
    let digest: CacheKey
}

extension ReadFile: StoredState {
    func write(to writer: inout StateWriter) {
        key.write(to: &writer)
        size.write(to: &writer)
        wholeSize.write(to: &writer)
        modified.write(to: &writer)
        tag.write(to: &writer)
        writer.write(Int64(bitPattern: digest.high))
        writer.write(Int64(bitPattern: digest.low))
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        key = try String(from: &reader)
        size = try reader.readAmount()
        wholeSize = try reader.readAmount()
        modified = try Int64?(from: &reader)
        tag = try String?(from: &reader)
        digest = CacheKey(
            high: UInt64(bitPattern: try reader.readInteger()),
            low: UInt64(bitPattern: try reader.readInteger())
        )
    }
}

extension [ReadFile] {
    /// The bytes of a bookmark.
    var bookmark: [UInt8] {
        var writer = StateWriter()
        writer.write(1)
        write(to: &writer)
        return writer.bytes
    }

    /// The files that a bookmark remembers; none for a first run.
    ///
    /// - Throws: `checkpoint.state` if a later version has stored it.
    init(bookmark: [UInt8]?) throws(Diagnostic) {
        self = []
        guard let bookmark else { return }
        var reader = StateReader(bookmark)
        guard try reader.readInteger() == 1 else { throw StateReader.damaged }
        self = try Self(from: &reader)
    }
}
