internal import Glibc
internal import Platform

/// The other processes of this machine that hold locks on a database, as far as the kernel reports them (proc(5),
/// `/proc/locks`).
package enum FileHolders {
    /// The processes that exclude others from a database: `process 4711 (sqlite3)`; nil if none is known.
    ///
    /// - Parameter path: The database; with shared memory, its locks are on that file.
    /// - Returns: At most three of them.
    package static func words(of path: String) -> String? {
        let locks = locks().filter { $0.pid > 0 && $0.pid != getpid() }
        let files = [path, path + "-shm"].compactMap(Identity.init)
        let held = locks.filter { lock in files.contains { $0.inode == lock.inode && isOn(lock, file: $0) } }
        // Without a writer, it is the readers that exclude other processes.
        let writers = held.filter(\.isWriting)
        let pids = Set((writers.isEmpty ? held : writers).map(\.pid)).sorted()
        guard !pids.isEmpty else { return nil }
        let names = pids.prefix(3).map { pid in
            text(of: "/proc/\(pid)/comm").map { "process \(pid) (\($0.filter { !$0.isNewline }))" } ?? "process \(pid)"
        }
        return names.joined(separator: ", ") + (pids.count > 3 ? " and \(pids.count - 3) more" : "")
    }

    /// The hint for a database that is held.
    package static func hint(_ path: String) -> String {
        guard let words = words(of: path) else {
            return "run again; if that does not help, 'fuser \(path)' names the program if it is on this machine"
        }
        return "\(words) holds it: wait for it or end it, then run again"
    }

    private struct Identity {
        let path: String
        let inode: UInt64
        let device: String

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.path = path
            inode = UInt64(status.st_ino)
            // The kernel's form: hexadecimal, with at least two digits each.
            let device = UInt64(status.st_dev)
            let (major, minor) = (device >> 8 & 0xFFF | device >> 32 & ~0xFFF, device & 0xFF | device >> 12 & ~0xFF)
            self.device = [major, minor].map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }
                .joined(separator: ":")
        }
    }

    private struct Lock {
        let pid: Int32
        let isWriting: Bool
        let device: String
        let inode: UInt64
    }

    /// Some file systems report another device in locks than for files; then the open files of the process decide.
    private static func isOn(_ lock: Lock, file: Identity) -> Bool {
        if lock.device == file.device { return true }
        let folder = "/proc/\(lock.pid)/fd"
        let wanted = FileSystem.resolved(file.path)
        return ((try? FileSystem.names(in: folder)) ?? []).contains { FileSystem.resolved("\(folder)/\($0)") == wanted }
    }

    private static func locks() -> [Lock] {
        (text(of: "/proc/locks") ?? "").split(separator: "\n").compactMap { line in
            // 1: POSIX  ADVISORY  WRITE 4711 fe:01:131090 1073741826 1073742335; a waiting process has `->` after the
            // number.
            let words = line.split(separator: " ")
            guard words.count > 5, words[1] != "->", let pid = Int32(words[4]) else { return nil }
            let place = words[5].split(separator: ":")
            guard place.count == 3, let inode = UInt64(place[2]) else { return nil }
            return Lock(pid: pid, isWriting: words[3] == "WRITE", device: "\(place[0]):\(place[1])", inode: inode)
        }
    }

    /// A file of the kernel, which reports no size; nil if it cannot be read.
    private static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 1 << 20 {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
