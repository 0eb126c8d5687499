internal import Glibc

extension FileSystem {
    /// The one path of a file, whichever of its paths is given: from the root, without `.`, `..` and links.
    ///
    /// What is not there yet keeps the name that it is given.
    package static func resolved(_ path: String) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        let slash = path.lastIndex(of: "/")
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        // The root and the current folder are there, or nothing is.
        guard folder != path else { return path }
        let parent = folder == "." ? currentFolder : resolved(folder)
        switch name {
        case "", ".": return parent
        case "..":
            let end = parent.lastIndex(of: "/") ?? parent.startIndex
            return end == parent.startIndex ? "/" : String(parent[..<end])
        default: return parent == "/" ? "/\(name)" : "\(parent)/\(name)"
        }
    }
}
