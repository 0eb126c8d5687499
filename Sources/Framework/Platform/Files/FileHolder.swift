internal import Glibc

/// A process that has a file open.
package struct FileHolder: Sendable, Hashable {
    /// The process ID, in this process's PID namespace.
    package let pid: Int32
    /// The paths of the files that it has open, as far as this process may see them.
    package let openFiles: [String]

    /// The process that has a file open; nil if it is not visible: another user's, or one in another container.
    ///
    /// It searches `/proc`, so it is for messages, not for decisions.
    package static func holder(of identity: FileIdentity) -> FileHolder? {
        for name in (try? FileSystem.names(in: "/proc")) ?? [] {
            guard let pid = Int32(name) else { continue }
            let folder = "/proc/\(pid)/fd"
            let numbers = (try? FileSystem.names(in: folder)) ?? []
            guard numbers.contains(where: { FileIdentity("\(folder)/\($0)") == identity }) else { continue }
            return FileHolder(pid: pid, openFiles: numbers.compactMap { FileSystem.linkText("\(folder)/\($0)") })
        }
        return nil
    }
}

extension FileSystem {
    /// The target of a symbolic link; nil if the path is not one.
    static func linkText(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = readlink(path, &buffer, buffer.count)
        guard length > 0 else { return nil }
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The absolute path of a name: symbolic links in its folder are resolved, but the name itself is not, even if it
    /// is a link.
    package static func absoluteName(_ path: String) -> String {
        let folder = resolved(folder(of: path))
        let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
        return folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }
}
