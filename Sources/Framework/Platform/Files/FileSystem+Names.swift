internal import Glibc

extension FileSystem {
    /// The canonical path of a file: absolute, without `.`, `..` and links.
    ///
    /// Components that do not exist yet stay as given; a link to a file that does not exist yet is followed.
    package static func resolved(_ path: String) -> String {
        // The system does not accept a longer path, and resolving it would query each of its folders.
        path.utf8.count > longestPath ? path : resolved(path, followingAtMost: 40)
    }

    /// The maximum length of a path in bytes (`PATH_MAX`).
    package static let longestPath = Int(PATH_MAX)

    private static func resolved(_ path: String, followingAtMost links: Int) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        let slash = path.lastIndex(of: "/")
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        // The root and the current folder exist, or nothing does.
        guard folder != path else { return path }
        let parent = folder == "." ? currentFolder : resolved(folder, followingAtMost: links)
        switch name {
        case "", ".": return parent
        case "..":
            let end = parent.lastIndex(of: "/") ?? parent.startIndex
            return end == parent.startIndex ? "/" : String(parent[..<end])
        default:
            let whole = parent == "/" ? "/\(name)" : "\(parent)/\(name)"
            guard links > 0, let target = linkTarget(whole) else { return whole }
            return resolved(target.hasPrefix("/") ? target : "\(parent)/\(target)", followingAtMost: links - 1)
        }
    }

    /// The target of a symbolic link as written in it; nil if the path is not one.
    private static func linkTarget(_ path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = bytes.withUnsafeMutableBytes { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                characters.baseAddress.map { readlink(path, $0, characters.count) } ?? -1
            }
        }
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}

extension FileSystem {
    /// The relative path from a folder to a file, both canonical.
    ///
    /// It stays valid when both are moved together.
    package static func relative(_ path: String, to folder: String) -> String {
        guard path.hasPrefix("/"), folder.hasPrefix("/") else { return path }
        let (to, from) = (path.split(separator: "/"), folder.split(separator: "/"))
        let common = zip(to, from).prefix { $0 == $1 }.count
        return (Array(repeating: "..", count: from.count - common) + to[common...].map(String.init))
            .joined(separator: "/")
    }

    /// Whether two paths lead to the same existing file, also through links.
    package static func areSame(_ path: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(path, &first) == 0, stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }
}
