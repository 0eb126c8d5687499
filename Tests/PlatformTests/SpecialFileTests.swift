import Diagnostics
import Glibc
import Platform
import PluginTestKit
import Testing

/// What is neither a regular file nor a folder, at each place where a file is read.
@Suite struct SpecialFileTests {
    enum Kind: String, CaseIterable {
        case fifo = "a FIFO"
        case socket = "a socket"
        case device = "a character device"
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Makes one; devices are there.
    private func make(_ kind: Kind) throws -> String {
        let path = folder.path("special")
        switch kind {
        case .fifo:
            #expect(mkfifo(path, 0o600) == 0)
        case .socket:
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8CString)
            withUnsafeMutableBytes(of: &address.sun_path) { room in
                bytes.withUnsafeBytes { room.copyMemory(from: $0) }
            }
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            #expect(result == 0)
        case .device:
            return "/dev/zero"
        }
        return path
    }

    @Test(arguments: Kind.allCases)
    func `a file that is none is refused immediately, and named`(kind: Kind) throws {
        let path = try make(kind)
        #expect {
            try InputFile(path)
        } throws: {
            ($0 as? Diagnostic)?.rendered() == """
                \(path): error[file.not-regular]: this is \(kind.rawValue), not a file
                  hint: only regular files can be read: save its output to a file and name that
                """
        }
    }

    @Test(arguments: Kind.allCases)
    func `also through a link`(kind: Kind) throws {
        let path = try make(kind)
        let link = folder.path("link")
        #expect(symlink(path, link) == 0)
        #expect {
            try InputFile(link)
        } throws: {
            ($0 as? Diagnostic)?.code == "file.not-regular"
        }
    }

    @Test func `a pipe that a shell passes is refused, whether it has a writer or not`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        #expect {
            try InputFile("/dev/fd/\(ends[0])")
        } throws: {
            ($0 as? Diagnostic)?.message == "this is a FIFO, not a file"
        }
    }

    @Test func `files without a size of their own are read`() throws {
        #expect(try !InputFile("/proc/self/status").readAll(atMost: 1 << 20).isEmpty)
    }
}
