import Diagnostics
import Glibc
import PluginKit

/// What a run left in its folder.
struct WrittenFiles {
    /// Rows without the headers.
    ///
    /// No field of this benchmark has a line end in it.
    let rows: Int
    /// How many files.
    let parts: Int
    /// Their bytes.
    let bytes: Int

    init(in folder: String) throws(Diagnostic) {
        let names = FileSystem.isFolder(folder) ? try FileSystem.names(in: folder).filter { $0.hasSuffix(".csv") } : []
        var lines = 0
        var bytes = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        for name in names {
            var input = try InputFile("\(folder)/\(name)").bytes
            while case let count = try input.read(into: buffer), count > 0 {
                bytes += count
                lines += buffer[..<count].count { $0 == UInt8(ascii: "\n") }
            }
        }
        rows = lines - names.count
        parts = names.count
        self.bytes = bytes
    }

    /// Removes the files of a folder.
    static func remove(from folder: String) throws(Diagnostic) {
        guard FileSystem.isFolder(folder) else { return }
        for name in try FileSystem.names(in: folder) { FileSystem.remove("\(folder)/\(name)") }
    }
}
