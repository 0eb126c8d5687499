internal import Diagnostics
internal import Glibc
internal import PluginKit

/// A folder that exists during one test.
public final class TemporaryFolder: Sendable {
    /// The absolute path of the folder, without a slash at its end.
    public let path: String

    /// The storage of a folder.
    public enum Medium: Sendable, Hashable {
        /// The file system of the temporary folder, usually a real disk.
        case disk
        /// Memory if the system has such a folder, or else the disk: a sync takes microseconds there.
        case inMemory
    }

    /// Creates a new folder.
    ///
    /// - Parameter medium: The storage.
    /// - Throws: `file.write` if none can be created.
    public init(_ medium: Medium = .disk) throws {
        let parent = medium == .inMemory && access("/dev/shm", R_OK | W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(parent)/sprocket-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Diagnostic(
                "file.write",
                message: "a temporary folder could not be created",
                category: .environment,
                at: .file(parent)
            )
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// The absolute path for a file name within this folder.
    public func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, and creates the folders above it.
    public func write(_ bytes: [UInt8], to name: String) throws {
        // The test writes here, not the code under test.
        try Faults.$current.withValue(nil) {
            let file = OutputFile(path(name))
            let end = try file.write(bytes.span, at: 0)
            let pending = try file.complete(upTo: end, records: 0)
            try FileSystem.rename(pending.temporaryPath, to: pending.path)
        }
    }

    /// Writes a file, and creates the folders above it.
    public func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    /// Reads a file.
    public func bytes(of name: String) throws -> [UInt8] { try InputFile(path(name)).readAll(atMost: 1 << 30) }

    /// Reads a file as text.
    public func text(of name: String) throws -> String { String(decoding: try bytes(of: name), as: UTF8.self) }

    /// The paths of all files in it, relative to it, sorted.
    public var files: [String] { Self.files(in: path, below: "").sorted() }

    private static func files(in root: String, below folder: String) -> [String] {
        let names = (try? FileSystem.names(in: folder.isEmpty ? root : "\(root)/\(folder)")) ?? []
        return names.flatMap { name -> [String] in
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            return FileSystem.isFolder("\(root)/\(path)") ? files(in: root, below: path) : [path]
        }
    }

    private static func remove(_ folder: String) {
        for name in (try? FileSystem.names(in: folder)) ?? [] {
            // A link to a folder is removed as a name; its target is kept.
            let path = "\(folder)/\(name)"
            if unlink(path) != 0 { remove(path) }
        }
        rmdir(folder)
    }
}
