import PluginTestKit
import StateStore
import TestTags
import Testing

/// Disks that are full or may not be written to, made with name spaces of the kernel.
@Suite(
    .tags(.process),
    .enabled(if: SmallDisk.isPossible, "a small disk needs 'unshare --user --mount', which this machine forbids")
)
struct DiskTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ script: String) throws -> [Substring] {
        let arguments = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", "mkdir -p disk; " + script]
        let outcome = try Child.run("/usr/bin/env", arguments + [Child.program], in: folder.path)
        return outcome.output.split(separator: "\n")
    }

    @Test(arguments: [4, 32, 64, 128, 160, 256, 1024])
    func `a full disk is named, and what was committed stays`(kilobytes: Int) throws {
        let lines = try run(
            """
            mount -t tmpfs -o size=\(kilobytes)k tmpfs disk && "$0" fill disk/state 1
            cp -r disk copy; rm -f copy/state/state.db-shm
            """
        )
        #expect(lines.last == "refused file.disk-full: the disk is full", "\(lines)")
        guard kilobytes >= 256 else { return }
        let last = try RunStore(in: folder.path("copy/state")).lastRun(of: "films")
        #expect(last?.checkpoint?.sequence ?? 0 == lines.count - 1)
    }

    @Test func `a disk that may only be read is named`() throws {
        _ = try RunStore(in: folder.path("disk/state"))
        let lines = try run(
            """
            mount --bind disk disk && mount -o remount,bind,ro disk && "$0" show disk/state; "$0" lock disk/state films
            "$0" show disk/other
            """
        )
        #expect(
            lines == [
                "refused file.permission: this file system is read-only",
                "refused file.permission: this file system is read-only",
                "refused file.permission: this file system is read-only",
            ]
        )
    }
}

enum SmallDisk {
    /// Whether this machine lets one be made.
    static let isPossible: Bool = {
        let arguments = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        return (try? Child.run("/usr/bin/env", arguments).code) == 0
    }()
}
