internal import CZstd
package import Diagnostics

/// Compresses bytes as zstd (RFC 8878).
package enum ZstandardPacker {
    /// The levels: 1 is fast, 19 is small.
    package static let levels = 1...19

    /// Loads the library, if that has not been done.
    ///
    /// - Throws: `zstd.unavailable`.
    package static func prepare() throws(Diagnostic) { _ = try Zstandard.library() }

    /// Compresses bytes as one frame with a checksum; several frames after each other are one file.
    ///
    /// - Parameters:
    ///   - bytes: What to compress.
    ///   - level: 1 (fast) to 19 (small).
    /// - Returns: The frame.
    /// - Throws: `zstd.unavailable`, `environment.memory`.
    package static func frame(_ bytes: UnsafeRawBufferPointer, level: Int) throws(Diagnostic) -> [UInt8] {
        let library = try Zstandard.library()
        let functions = library.functions.pointee
        guard let context = functions.createCCtx() else { throw memory(nil) }
        defer { _ = functions.freeCCtx(context) }
        _ = functions.setParameter(context, Int32(ZSTD_LEVEL), Int32(clamping: level))
        _ = functions.setParameter(context, Int32(ZSTD_CHECKSUM), 1)
        var input = ZstdInput(bytes: bytes.baseAddress, size: bytes.count, position: 0)
        var packed: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: max(bytes.count / 4, 1024))
        while true {
            let (rest, count) = piece.withUnsafeMutableBytes { room in
                var output = ZstdOutput(bytes: room.baseAddress, size: room.count, position: 0)
                let rest = functions.compressStream(context, &output, &input, Int32(ZSTD_END))
                return (rest, output.position)
            }
            if let words = library.failure(rest) { throw memory(words) }
            packed += piece[..<count]
            if rest == 0 { return packed }
        }
    }

    private static func memory(_ words: String?) -> Diagnostic {
        Diagnostic(
            "environment.memory",
            message: "there is not enough memory to compress with zstd" + (words.map { " (\($0))" } ?? ""),
            category: .environment
        )
    }
}
