internal import Diagnostics
internal import Formats
internal import PluginKit
internal import StateStore

extension StateStore.Publication {
    /// A complete file and what is in it, read from the disk.
    init(_ file: PendingFile) throws(Diagnostic) {
        self.init(
            temporaryPath: file.temporaryPath,
            path: file.path,
            bytes: file.bytes,
            crc32: try Self.checksum(of: try InputFile(file.temporaryPath))
        )
    }

    /// Gives the file its final name, unless it has it already.
    ///
    /// - Throws: `state.publication` if the complete file is under neither name: somebody has been at it.
    func finish(run: String) throws(Diagnostic) {
        if try isComplete(at: path) {
            FileSystem.remove(path + Publication.previousSuffix)
            return
        }
        guard try isComplete(at: temporaryPath) else {
            throw Diagnostic(
                "state.publication",
                "the run '\(run)' was cut off while it published this file, and it is complete neither here nor as "
                    + temporaryPath,
                at: .file(path),
                hint: "look at both; --restart gives that run up and makes the files anew"
            )
        }
        try FileSystem.rename(temporaryPath, to: path)
        FileSystem.remove(path + Publication.previousSuffix)
    }

    private func isComplete(at path: String) throws(Diagnostic) -> Bool {
        guard FileSystem.exists(path), !FileSystem.isFolder(path) else { return false }
        let file = try InputFile(path)
        guard file.count == bytes else { return false }
        return try Self.checksum(of: file) == crc32
    }

    private static func checksum(of file: InputFile) throws(Diagnostic) -> UInt32 {
        var checksum = CRC32()
        var input = file.bytes
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { chunk.deallocate() }
        while case let count = try input.read(into: chunk), count > 0 {
            checksum.update(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
        }
        return checksum.value
    }
}
