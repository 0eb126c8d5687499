internal import Glibc

/// Identifies a process, on one boot of one machine.
///
/// A process ID alone does not: IDs are reused.
package struct ProcessIdentity: Sendable, Hashable {
    /// The process ID.
    package let pid: Int32
    /// The random ID that the kernel chose at boot (`/proc/sys/kernel/random/boot_id`).
    package let boot: String
    /// When it started, in clock ticks since the boot (proc(5), `/proc/PID/stat`, field 22).
    package let start: UInt64
    /// The PID namespace (`/proc/PID/ns/pid`); a container has its own.
    package let space: String

    /// A process.
    package init(pid: Int32, boot: String, start: UInt64, space: String) {
        self.pid = pid
        self.boot = boot
        self.start = start
        self.space = space
    }

    /// This process.
    package static let current: ProcessIdentity = {
        let pid = getpid()
        return ProcessIdentity(pid: pid, boot: currentBoot, start: start(of: pid) ?? 0, space: currentSpace)
    }()

    /// Whether the process lives; nil if that is not visible from here, as with one in another container.
    package var isAlive: Bool? {
        // Another boot may be another machine that shares the folder; only the lock itself can decide then, not the
        // record.
        guard boot == Self.currentBoot else { return false }
        guard space == Self.currentSpace else { return nil }
        return Self.start(of: pid) == start
    }

    /// When a process started; nil if there is none.
    ///
    /// A process that has ended but was not waited for does not count.
    private static func start(of pid: Int32) -> UInt64? {
        guard let line = try? SmallFile.text(of: "/proc/\(pid)/stat") else { return nil }
        // The second field is the program's name in brackets, and may itself contain spaces and brackets.
        guard let bracket = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: bracket)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return UInt64(fields[19])
    }

    private static let currentBoot =
        (try? SmallFile.text(of: "/proc/sys/kernel/random/boot_id"))
        .map { String($0.prefix { !$0.isWhitespace }) } ?? "unknown"

    private static let currentSpace: String = {
        var buffer = [CChar](repeating: 0, count: 256)
        let length = max(0, readlink("/proc/self/ns/pid", &buffer, buffer.count))
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()
}
