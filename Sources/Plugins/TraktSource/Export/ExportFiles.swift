internal import Diagnostics
internal import Formats
internal import PluginKit

/// The JSON files of an export, in a ZIP or in a folder.
struct ExportFiles: Sendable {
    /// The path of the ZIP or the folder.
    let path: String
    /// The paths of the JSON files in it, without those that an operating system adds.
    let names: [String]
    private let archive: ZIPArchive?
    /// The paths of all entries, JSON or not, including the folders of an archive.
    let everything: [String]
    /// FIFOs, sockets and devices in an unpacked export that have names of JSON files, by their paths in it.
    ///
    /// They are among `names`; opening one is refused.
    let specials: [String: SpecialFile]
    /// The archive's entries by name: an export can have thousands.
    private let entries: [String: ZIPEntry]

    /// Reads a ZIP's table of contents, or lists a folder.
    init(_ path: String) throws(Diagnostic) {
        self.path = path
        if FileSystem.isFolder(path) {
            archive = nil
            entries = [:]
            everything = try Self.files(in: path, below: "", depth: 4)
            names = everything.filter(Self.isOfExport)
            let kinds = names.compactMap { name in SpecialFile(at: "\(path)/\(name)").map { (name, $0) } }
            specials = Dictionary(kinds) { first, _ in first }
        } else {
            let archive = try ZIPArchive(try InputFile(path), name: path)
            let files = archive.entries.filter { !$0.isDirectory && Self.isOfExport($0.name) }
            self.archive = archive
            // No two entries of an archive have the same name.
            entries = Dictionary(files.map { ($0.name, $0) }) { first, _ in first }
            names = files.map(\.name)
            everything = archive.entries.map(\.name)
            specials = [:]
        }
    }

    /// Opens a file.
    func open(_ name: String) throws(Diagnostic) -> ExportInput {
        guard let archive else { return .file(try InputFile("\(path)/\(name)").bytes) }
        guard let entry = entries[name] else {
            throw Diagnostic("trakt-export.missing-file", message: "there is no \(name) in it", at: .file(path))
        }
        return .entry(try archive.open(entry), size: entry.uncompressedSize)
    }

    /// All bytes of a small file.
    func bytes(of name: String, atMost limit: Int = 16 << 20) throws(Diagnostic) -> [UInt8] {
        var input = try open(name)
        var bytes: [UInt8] = []
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { chunk.deallocate() }
        while case let count = try input.read(into: chunk), count > 0 {
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw Diagnostic(
                    "trakt-export.too-large",
                    message: "\(name) is larger than \(limit) bytes",
                    at: .file(path)
                )
            }
        }
        return bytes
    }

    /// macOS adds `__MACOSX/` and `._name`; Trakt's files are all JSON.
    private static func isOfExport(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        guard let name = parts.last, !parts.contains("__MACOSX"), !name.hasPrefix(".") else { return false }
        return name.lowercased().hasSuffix(".json")
    }

    private static func files(in root: String, below folder: String, depth: Int) throws(Diagnostic) -> [String] {
        var files: [String] = []
        for name in try FileSystem.names(in: folder.isEmpty ? root : "\(root)/\(folder)") {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            if !FileSystem.isFolder("\(root)/\(path)") {
                files.append(path)
            } else if depth > 0, !name.hasPrefix(".") {
                files += try Self.files(in: root, below: path, depth: depth - 1)
            }
        }
        return files
    }
}

/// An open file of an export.
enum ExportInput: ByteInput {
    case file(FileInput)
    case entry(ZIPEntryInput, size: Int)

    /// The total number of bytes.
    var count: Int {
        switch self {
        case .file(let input): input.count
        case .entry(_, let size): size
        }
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        switch self {
        case .file(var input):
            let count = try input.read(into: buffer)
            self = .file(input)
            return count
        case .entry(let input, _):
            return try input.read(into: buffer)
        }
    }
}
