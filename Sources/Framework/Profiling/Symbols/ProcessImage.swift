internal import Glibc

/// A piece of executable memory, with the file that it comes from: proc_pid_maps(5).
struct ProcessImage: Hashable {
    /// The first address.
    var start: UInt64
    /// The address after the last byte.
    var end: UInt64
    /// Where the first byte is in the file.
    var offset: UInt64
    /// The file, or a name in brackets such as `[vdso]`; empty for memory without a name.
    var path: String
    /// Whether it belongs to the program itself.
    var isProgram: Bool

    /// The last part of the path.
    var name: String { path.split(separator: "/").last.map(String.init) ?? "?" }

    /// The path to read the file at: that of the program also works if the file was replaced.
    var file: String? {
        if isProgram { return "/proc/self/exe" }
        return path.hasPrefix("/") ? path : nil
    }

    /// Whether its functions keep a frame pointer: those of Swift do, and its libraries are compiled so.
    ///
    /// Those of a system's C libraries mostly do not, and use its register for something else.
    var keepsFramePointer: Bool {
        if isProgram { return true }
        let libraries = ["libswift", "libdispatch", "libBlocksRuntime", "libFoundation", "lib_Foundation"]
        return libraries.contains { name.hasPrefix($0) }
    }

    /// All of this process, sorted by address.
    static var all: [ProcessImage] {
        let program = linkTarget("/proc/self/exe")
        return images(in: contents(of: "/proc/self/maps"), program: program)
    }

    /// The executable ones in the text of `/proc/PID/maps`.
    static func images(in text: String, program: String?) -> [ProcessImage] {
        // START-END PERMISSIONS OFFSET DEVICE INODE   PATH, which may contain spaces
        text.utf8.split(separator: UInt8(ascii: "\n"))
            .compactMap { line in
                let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
                guard fields.count >= 5, fields[1].dropFirst(2).first == UInt8(ascii: "x") else { return nil }
                let addresses = fields[0].split(separator: UInt8(ascii: "-"))
                guard addresses.count == 2, let start = hexadecimal(addresses[0]), let end = hexadecimal(addresses[1]),
                    let offset = hexadecimal(fields[2]), start < end
                else { return nil }
                let path = fields.count > 5 ? String(Substring(fields[5]).drop { $0 == " " }) : ""
                return ProcessImage(start: start, end: end, offset: offset, path: path, isProgram: path == program)
            }
            .sorted { $0.start < $1.start }
    }

    private static func hexadecimal(_ digits: Substring.UTF8View) -> UInt64? { UInt64(Substring(digits), radix: 16) }

    private static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// The contents of a file of `/proc`, which states no size; empty if it cannot be read.
    private static func contents(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }
}
