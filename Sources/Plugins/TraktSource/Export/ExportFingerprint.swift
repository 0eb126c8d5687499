internal import PluginKit

/// What an export looks like from outside, in a few letters.
enum ExportFingerprint {
    /// The size and the time of the ZIP, or how many files the folder has and a digest of their names, sizes and times;
    /// nil if they cannot be seen: whoever reads them says why.
    static func text(of path: String) -> String? {
        guard FileSystem.isFolder(path) else { return stamp(of: path) }
        guard let files = try? ExportFiles(path) else { return nil }
        // FNV-1a: nobody forges it, and it must be the same in every process.
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for name in files.names {
            guard let stamp = stamp(of: "\(path)/\(name)") else { return nil }
            for byte in "\(name) \(stamp)\n".utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return "\(files.names.count)-\(String(digest, radix: 16))"
    }

    /// The size of a file and when it was last written.
    private static func stamp(of path: String) -> String? {
        guard let size = FileSystem.size(of: path), let modified = FileSystem.modified(path) else { return nil }
        return "\(size)-\(modified)"
    }
}
