extension FileSystem {
    /// The maximum length of a file name on Linux in bytes (`NAME_MAX`).
    package static let longestName = 255

    /// A path with a suffix such as `.part` after its name.
    ///
    /// If that makes the name longer than a name may be, its end is replaced by a checksum of the whole: the same path
    /// always gets the same name, and different paths get different ones.
    ///
    /// - Parameters:
    ///   - path: The path of a file.
    ///   - suffix: What to append.
    /// - Returns: The path of a file in the same folder.
    package static func suffixed(_ path: String, with suffix: String) -> String {
        let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        let name = path[start...]
        // A name that is too long by itself is refused by the system, and the message shows it as given.
        guard name.utf8.count <= longestName else { return path }
        guard name.utf8.count + suffix.utf8.count > longestName else { return path + suffix }
        // FNV-1a, 64 bits.
        let digest = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let ending = "~\(String(digest, radix: 16))\(suffix)"
        var beginning = name
        while beginning.utf8.count + ending.utf8.count > longestName, !beginning.isEmpty { beginning.removeLast() }
        return "\(path[..<start])\(beginning)\(ending)"
    }
}
