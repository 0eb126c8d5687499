extension FileSystem {
    /// The most bytes that the name of a file may have on Linux (`NAME_MAX`).
    package static let longestName = 255

    /// A path with something after its name, such as `.part`.
    ///
    /// Where that makes the name longer than a name may be, its end is replaced by a checksum of the whole: the same path
    /// always gets the same name, and two paths get two.
    ///
    /// - Parameters:
    ///   - path: The path of a file.
    ///   - suffix: What comes after it.
    /// - Returns: The path of a file in the same folder.
    package static func suffixed(_ path: String, with suffix: String) -> String {
        let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        let name = path[start...]
        // One that is too long by itself is refused by the system, under the name that was given.
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
