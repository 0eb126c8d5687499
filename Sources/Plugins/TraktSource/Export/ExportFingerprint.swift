internal import PluginKit

/// A fingerprint of an export, without reading its contents.
enum ExportFingerprint {
    /// The size and the time of the ZIP, or the number of files in the folder and a digest of their names, sizes and
    /// times; nil if they cannot be determined: reading them reports why.
    static func text(of path: String) -> String? {
        guard FileSystem.isFolder(path) else { return stamp(of: path) }
        guard let files = try? ExportFiles(path) else { return nil }
        // FNV-1a: it need not be secure, and must be the same in every process.
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for name in files.names {
            guard let stamp = stamp(of: "\(path)/\(name)") else { return nil }
            for byte in "\(name) \(stamp)\n".utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return "\(files.names.count)-\(String(digest, radix: 16))"
    }

    /// The size of a file and the time of its last change.
    private static func stamp(of path: String) -> String? {
        guard let size = FileSystem.size(of: path), let modified = FileSystem.modified(path) else { return nil }
        return "\(size)-\(modified)"
    }
}
