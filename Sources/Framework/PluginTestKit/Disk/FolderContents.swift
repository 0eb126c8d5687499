internal import Formats

/// All files in a folder, byte for byte.
public struct FolderContents: Hashable, Sendable, CustomStringConvertible {
    /// The bytes of each file, by its path in the folder.
    public let files: [String: [UInt8]]

    /// Reads the files of a folder.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - isWanted: Whether to include a file, by its path in the folder.
    /// - Throws: `file.read` and the like, with the path.
    public init(of folder: TemporaryFolder, where isWanted: (String) -> Bool = { _ in true }) throws {
        var files: [String: [UInt8]] = [:]
        for name in folder.files where isWanted(name) { files[name] = try folder.bytes(of: name) }
        self.files = files
    }

    /// The files with their sizes and checksums, a line for each.
    public var description: String {
        files.sorted { $0.key < $1.key }
            .map { "\($0.key): \($0.value.count) bytes, checksum \(String(CRC32(of: $0.value).value, radix: 16))" }
            .joined(separator: "\n")
    }
}
