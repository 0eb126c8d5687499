internal import Glibc

/// A process that has a file open.
package struct FileHolder: Sendable, Hashable {
    /// The number of the process, in the name space of this one.
    package let pid: Int32
    /// The paths of the files that it has open, as far as they can be seen from here.
    package let openFiles: [String]

    /// The process that has a file open; nil if it cannot be seen: another user's, or one in another container.
    ///
    /// Looks through `/proc`, so it is for messages, not for decisions.
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
    /// What a symbolic link holds; nil if the path is not one.
    static func linkText(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = readlink(path, &buffer, buffer.count)
        guard length > 0 else { return nil }
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The one path of a name, from the root: its folder's without links, and the name as it is, even if it is a link.
    package static func absoluteName(_ path: String) -> String {
        let folder = resolved(folder(of: path))
        let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
        return folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }
}
