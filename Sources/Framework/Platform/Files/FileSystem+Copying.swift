public import Diagnostics

extension FileSystem {
    /// Copies a file; the copy appears complete and replaces any file with its name.
    ///
    /// When it appears, its bytes are on the disk; its name is once the folder is synced. Links are followed, and mode
    /// and owner of a replaced file are kept.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - copy: The path of the copy; missing folders above it are created.
    /// - Throws: `file.missing`, `file.folder`, `file.disk-full`, `file.permission`, `file.read` or `file.write`, with
    ///   the path; what `OutputTarget` throws.
    public static func copy(_ path: String, to copy: String) throws(Diagnostic) {
        let input = try InputFile(path)
        let output = try WholeFile(copy)
        var chunk = [UInt8](repeating: 0, count: min(max(input.count, 1), 1 << 18))
        var end = 0
        while true {
            let got = try input.readChunk(&chunk, at: end)
            if got == 0 { break }
            try output.write(chunk.span.extracting(0..<got), at: end)
            end += got
        }
        try output.publish()
    }
}
