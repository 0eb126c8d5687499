package import PluginKit

/// One file that a run reads, as it was when the run looked for its files.
public struct InputFileEntry: Sendable, Hashable {
    /// Where the bytes are.
    package enum Store: Sendable, Hashable {
        /// A file.
        case file(String)
        /// What a web server has.
        case address(HTTPURL)
        /// What was read from standard input, in a file of its own.
        case spool(String)
        /// Standard input itself, which can be read once.
        case standardInput
    }

    /// The path as the pattern writes it, the address without its query, or `standard input`: for messages and for the
    /// column with the file of a record.
    public let name: String
    package let store: Store
    /// The number of stored bytes, compressed if the file is; nil if it is not known before they are read.
    public let size: Int?
    /// When the file was last written, in nanoseconds since 1970-01-01T00:00:00Z; nil if it is not known.
    public let modified: Int64?
    /// What identifies the contents: the strong `ETag` of an address, or its `Last-Modified`; nil for files.
    public let tag: String?
    /// Where the new part of a file begins that an earlier run has read; nil if it is read from its start.
    public internal(set) var start: Start?

    /// The end of what an earlier run has read of a file.
    public struct Start: Sendable, Hashable {
        /// The offset in the unpacked bytes.
        public let offset: Int
        /// The number of line ends before it.
        public let lines: Int
        /// The offset in the stored bytes, where a member of a packed file begins.
        package let stored: Int
    }

    package init(
        _ name: String,
        store: Store,
        size: Int? = nil,
        modified: Int64? = nil,
        tag: String? = nil,
        start: Start? = nil
    ) {
        self.name = name
        self.store = store
        self.size = size
        self.modified = modified
        self.tag = tag
        self.start = start
    }

    /// What identifies the file for later runs: of an address, a digest takes the place of the query, which may contain
    /// a credential.
    var key: String {
        guard case .address(let url) = store else { return name }
        return Self.key(of: url)
    }

    static func key(of url: HTTPURL) -> String {
        let name = WebStore.name(of: url)
        return url.target.contains("?") ? "\(name) \(CacheKey(url.description).text)" : name
    }

    /// A regular file that was found at a path; nil if it is gone by now.
    init?(found path: String) {
        guard let size = FileSystem.size(of: path) else { return nil }
        self.init(path, store: .file(path), size: size, modified: FileSystem.modified(path))
    }

    /// The file at a path.
    ///
    /// - Throws: `file.missing`, `file.permission`, `file.folder`, `file.not-regular`.
    init(path: String) throws(Diagnostic) {
        let file = try InputFile(path)
        self.init(path, store: .file(path), size: file.count, modified: FileSystem.modified(path))
    }
}
