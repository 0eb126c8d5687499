internal import PluginKit

/// Stored bytes that can be read at any offset: a file, or what a web server has.
protocol ByteStore: Sendable {
    /// Reads bytes from an offset on.
    ///
    /// - Returns: How many were read; fewer than requested only if more would take time, or at the end; 0 at the end.
    /// - Throws: Why they cannot be read; `StageFailure.sourceChanged` if they are not those of the entry any more.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) async throws -> Int

    /// Where the bytes end, or `offset` if they do not end before.
    func end(atMost offset: Int) async throws -> Int

    /// Some of the bytes from an offset on, at most `count`; empty at the end.
    func chunk(at offset: Int, atMost count: Int) async throws -> [UInt8]

    /// The file, if it can be read without waiting for a server.
    var file: FileStore? { get }
}

extension ByteStore {
    var file: FileStore? { nil }
}

/// A file, as long as it was when the run looked for it: what has been appended since is left to a later run.
struct FileStore: ByteStore {
    private let input: InputFile
    private let entry: InputFileEntry
    private let size: Int

    /// Opens the file.
    ///
    /// - Throws: `file.missing` and the like; `StageFailure.sourceChanged` if it is shorter, or another one.
    init(_ path: String, of entry: InputFileEntry) throws {
        input = try InputFile(path)
        self.entry = entry
        size = entry.size ?? input.count
        if input.count < size { try check() }
    }

    var file: FileStore? { self }

    func end(atMost offset: Int) -> Int { min(offset, size) }

    func chunk(at offset: Int, atMost count: Int) throws -> [UInt8] {
        var failure: (any Error)?
        let chunk = [UInt8](unsafeUninitializedCapacity: count) { buffer, count in
            do {
                count = try readNow(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return chunk
    }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) async throws -> Int {
        try readNow(at: offset, into: buffer)
    }

    /// Reads bytes from an offset on.
    ///
    /// - Returns: How many were read; fewer than requested only at the end.
    /// - Throws: `file.read`; `StageFailure.sourceChanged` if the file was changed meanwhile.
    func readNow(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let room = min(buffer.count, max(size - offset, 0))
        let got = try input.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]))
        if got < room || offset + got == size { try check() }
        return got
    }

    /// Refuses a file that is not the one that was looked for.
    ///
    /// One that has grown still begins with what it was: logs are written while they are read.
    private func check() throws {
        let now = (size: FileSystem.size(of: input.path) ?? 0, modified: FileSystem.modified(input.path))
        if now.size > size || (now.size == size && (entry.modified == nil || now.modified == entry.modified)) { return }
        let words =
            now.size < size
            ? "it has \(now.size.counted("byte")), and had \(size.inGroups)" : "it was written again"
        throw StageFailure.sourceChanged(
            Diagnostic(
                "file.changed",
                message: "the file was changed while it was being read: \(words)",
                category: .environment,
                at: .file(entry.name),
                hint: "write files under another name, and rename them when they are complete"
            )
        )
    }
}
