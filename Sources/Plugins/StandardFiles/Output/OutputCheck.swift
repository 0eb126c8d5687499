internal import Dispatch
internal import Formats
internal import PluginKit

/// Whether a published file is still what was published.
enum OutputCheck {
    private static let queue = DispatchQueue(label: "sprocket.output-check")

    /// Compares the size and the checksum of a file with those that were stored when it was published.
    ///
    /// - Throws: `output.missing`, `output.changed`; `file.*` if it cannot be read.
    static func verify(_ file: PublishedOutput.File, of pipeline: String, run: String) async throws {
        let hint = "write it again: sprocket run \(pipeline)"
        guard FileSystem.exists(file.path) else {
            throw Diagnostic(
                "output.missing",
                message: "the file is gone that the run '\(run)' of '\(pipeline)' has published",
                category: .environment,
                at: .file(file.path),
                hint: hint
            )
        }
        let isSame = try await queue.result { () throws -> Bool in
            let input = try InputFile(file.path)
            guard input.count == file.bytes else { return false }
            var piece = [UInt8](repeating: 0, count: min(max(file.bytes, 1), 1 << 20))
            var checksum = CRC32()
            var done = 0
            while done < file.bytes {
                let got = try input.readChunk(&piece, at: done)
                guard got > 0 else { return false }
                piece.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
                done += got
            }
            return checksum.value == file.crc32
        }
        guard !isSame else { return }
        throw Diagnostic(
            "output.changed",
            message: "the file was changed since the run '\(run)' of '\(pipeline)' has published it",
            category: .environment,
            at: .file(file.path),
            hint: hint
        )
    }
}
