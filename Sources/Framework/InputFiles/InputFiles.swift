public import PluginKit

/// The files that a source reads: which they are, and their bytes.
///
///     let files = InputFiles(options.path, in: context)
///     for entry in try await files.entries() {
///         let bytes = try await files.open(entry)
///         while try await bytes.read(into: buffer) > 0 { … }
///     }
///
/// Which files there are is looked up once: the first call of any method decides it for the run. A path is a file, or a
/// folder, of which the files are read that are directly in it; a pattern finds files (``Glob``). Files are read in the
/// order of the patterns, and those of one pattern by the bytes of their names. A name that begins with a dot is read
/// only if it is written with it. A file that is found twice is read once, also by two paths (`a.csv`, `./a.csv`, a link).
/// Addresses are the same only with the same query.
public struct InputFiles: Sendable {
    let patterns: [InputPattern]
    let context: StageContext
    private let allowsNone: Bool
    let spools: Bool
    let webPartSize: Int
    let input: StandardInput
    let known = Known()

    /// What has been looked up.
    final class Known: Sendable {
        let entries = Locked<[InputFileEntry]?>(nil)
        let stores = Locked<[HTTPURL: WebStore]>([:])
        /// The names about which a warning was given.
        let named = Locked<Set<String>>([])
        /// The files that are packed, as far as they were opened.
        let packed = Locked<Set<String>>([])
    }

    /// Creates the files of a source; nothing is looked up yet.
    ///
    /// - Parameters:
    ///   - patterns: Which files are read.
    ///   - context: The stage's services.
    ///   - allowsNone: Whether a pattern or folder without files is allowed.
    ///   - spools: Whether standard input is copied to a file first, so that a run that reads it can be resumed.
    /// - Throws: `input.taken` if another source of the job reads standard input.
    public init(
        _ patterns: InputPatterns,
        in context: StageContext,
        allowsNone: Bool = false,
        spools: Bool = true
    ) throws(Diagnostic) {
        try self.init(
            patterns,
            in: context,
            allowsNone: allowsNone,
            spools: spools,
            webPartSize: WebStore.partSize,
            input: .process
        )
    }

    init(
        _ patterns: InputPatterns,
        in context: StageContext,
        allowsNone: Bool = false,
        spools: Bool = true,
        webPartSize: Int = WebStore.partSize,
        input: StandardInput = .process
    ) throws(Diagnostic) {
        self.patterns = patterns.patterns
        self.context = context
        self.allowsNone = allowsNone
        self.spools = spools
        self.webPartSize = webPartSize
        self.input = input
        if patterns.readsStandardInput { try StandardInput.reader(of: context).take(context) }
    }

    /// The files, in the order in which they are read.
    ///
    /// - Throws: `input.no-files` for a pattern or a folder without files; `file.*`, `http.*`.
    public func entries() async throws -> [InputFileEntry] {
        if let entries = known.entries.withLock({ $0 }) { return entries }
        var entries: [InputFileEntry] = []
        var places = InputPlaces()
        for pattern in patterns {
            try Task.checkCancellation()
            let found = try await self.found(pattern)
            if found.isEmpty, !allowsNone { throw noFiles(pattern) }
            entries += found.filter { places.insert($0.store) }
        }
        return known.entries.withLock { known in
            if let known { return known }
            known = entries
            return entries
        }
    }

    private func found(_ pattern: InputPattern) async throws -> [InputFileEntry] {
        switch pattern.subject {
        case .standardInput:
            guard spools else { return [InputFileEntry(StandardInput.name, store: .standardInput)] }
            return [try await InputSpool(input, for: context).entry()]
        case .address(let url): return [try await store(of: url).entry]
        case .path(let path):
            if let glob = pattern.glob { return try glob.files().compactMap(InputFileEntry.init(found:)) }
            guard FileSystem.isFolder(path) else { return [try InputFileEntry(path: path)] }
            let folder = path.hasSuffix("/") ? path : path + "/"
            let names = try FileSystem.names(in: path).filter { !$0.hasPrefix(".") }.map { folder + $0 }
            return names.filter(FileSystem.isRegularFile).compactMap(InputFileEntry.init(found:))
        }
    }

    private func noFiles(_ pattern: InputPattern) -> Diagnostic {
        let isFolder = pattern.glob == nil
        return Diagnostic(
            "input.no-files",
            message: isFolder ? "there is no file in this folder" : "no file has a path with this pattern",
            category: .environment,
            at: .file(pattern.text),
            hint: pattern.text.hasPrefix("/") ? nil : "the path is relative to \(FileSystem.currentFolder)"
        )
    }

    /// Identifies the files by their names, sizes and times, and addresses by their versions; nil if they cannot be
    /// looked up: reading them reports why.
    ///
    /// It is the `fingerprint` of a source.
    public var fingerprint: String? {
        get async {
            // Of standard input, the run has a copy. Without one, no other process can go on reading it.
            if readsStandardInput { return spools ? nil : Self.process }
            guard let entries = try? await entries() else { return nil }
            var digest = CacheKeyDigest()
            for entry in entries {
                digest.add(entry.key)
                digest.add("\(entry.size ?? -1) \(entry.modified ?? 0) \(entry.tag ?? "")")
            }
            return "\(entries.count)-\(digest.key.text)"
        }
    }

    var readsStandardInput: Bool { patterns.contains { $0.subject == .standardInput } }

    /// Identifies this process.
    private static let process = "process \(SystemClock.seconds)-\(UInt64.random(in: 0...(.max)))"
}
