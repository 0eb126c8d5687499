public import Diagnostics
internal import Glibc

extension Glob {
    /// The regular files with the pattern, sorted by the bytes of their paths.
    ///
    /// A link to a file is followed; `**` enters no folder through a link, so that no file is found twice or without
    /// end. Folders and special files are left out.
    ///
    /// - Returns: The paths, as the pattern writes them: relative to the working directory if it is.
    /// - Throws: `file.permission` and the like if a folder cannot be read; `option.home` for a pattern that begins with
    ///   `~`.
    public func files() throws(Diagnostic) -> [String] {
        try HomePath.check(pattern, at: .file(pattern))
        var found: Set<String> = []
        try find(components[...], in: base, found: &found)
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func find(
        _ components: ArraySlice<Component>,
        in folder: String,
        found: inout Set<String>
    ) throws(Diagnostic) {
        guard let component = components.first else { return }
        let rest = components.dropFirst()
        let path = folder.isEmpty ? "." : folder
        guard FileSystem.isFolder(path) else { return }
        switch component {
        case .folders:
            try find(rest, in: folder, found: &found)
            for name in try FileSystem.names(in: path) where !name.hasPrefix(".") {
                let inner = folder + name
                guard FileSystem.isFolder(inner), !FileSystem.isLink(inner) else { continue }
                try find(components, in: inner + "/", found: &found)
            }
        case .name(let pattern):
            for name in try FileSystem.names(in: path) where pattern.matches(name) {
                let inner = folder + name
                if rest.isEmpty {
                    if FileSystem.isRegularFile(inner) { found.insert(inner) }
                } else {
                    try find(rest, in: inner + "/", found: &found)
                }
            }
        }
    }
}

extension FileSystem {
    /// Whether a name is a symbolic link.
    package static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}
