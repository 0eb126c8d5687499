public import Diagnostics

extension FileSystem {
    /// Makes a copy of a file, which appears whole and replaces what had its name.
    ///
    /// Its bytes are on the disk when it appears; its name is when the folder is synced. A link is followed, and mode and
    /// owner of a file that is replaced are kept.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - copy: The path of the copy; folders above it come into being.
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
