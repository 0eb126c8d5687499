internal import PluginKit

/// Compares the present files with those that an earlier run has read.
struct NewsSearch {
    /// What the run reads.
    private(set) var selected: [InputFileEntry] = []
    /// What will have been read then.
    private(set) var read: [ReadFile] = []
    /// What users should know.
    private(set) var notes: [Diagnostic] = []

    private let known: [String: ReadFile]
    /// Known files that are not there any more.
    private var vanished: [ReadFile]
    private let growsByLines: Bool
    private let present: Int64

    /// How many files are remembered that are not there any more.
    private static let mostVanished = 10_000

    /// Begins a search.
    ///
    /// - Parameters:
    ///   - known: The files that an earlier run has read, by their keys.
    ///   - vanished: Those of them that are not there any more.
    ///   - growsByLines: Whether lines can be appended to a file.
    ///   - present: The time of day, in nanoseconds since 1970-01-01T00:00:00Z.
    init(known: [String: ReadFile], vanished: [ReadFile], growsByLines: Bool, present: Int64) {
        self.known = known
        self.vanished = vanished
        self.growsByLines = growsByLines
        self.present = present
    }

    /// The bytes of the bookmark: the files that were read, and the newest of those that are not there any more.
    var bookmark: [UInt8] {
        let kept =
            vanished.count <= Self.mostVanished
            ? vanished : Array(vanished.sorted { $0.modified ?? 0 > $1.modified ?? 0 }.prefix(Self.mostVanished))
        return (read + kept).bookmark
    }

    /// Decides what of a file is new.
    mutating func add(_ entry: InputFileEntry, files: InputFiles) async throws {
        guard case .file(let path) = entry.store else { return add(address: entry) }
        guard let wholeSize = entry.size else { return }
        let size = growsByLines ? try await files.readableSize(of: entry) ?? wholeSize : wholeSize
        if let before = known[entry.key] {
            guard size != before.size || entry.modified != before.modified else { return read.append(before) }
            try await add(changed: entry, at: path, size: size, before: before, files: files)
        } else if let before = try await renamed(entry, at: path, size: size) {
            vanished.removeAll { $0.key == before.key }
            read.append(entry.read(size, digest: before.digest))
        } else {
            try await take(entry, at: path, size: size)
        }
    }

    /// A file of the same size, time and contents that is not there any more.
    private func renamed(_ entry: InputFileEntry, at path: String, size: Int) async throws -> ReadFile? {
        let candidates = vanished.filter {
            $0.wholeSize == entry.size && $0.modified == entry.modified && $0.size == size
        }
        guard !candidates.isEmpty, let found = try await FileScan(path).beginning(size, countsLines: false) else {
            return nil
        }
        return candidates.first { $0.digest == found.digest }
    }

    private mutating func add(
        changed entry: InputFileEntry,
        at path: String,
        size: Int,
        before: ReadFile,
        files: InputFiles
    ) async throws {
        let scan = FileScan(path)
        let beginning = size < before.size ? nil : try await scan.beginning(before.size, countsLines: true)
        guard let beginning, beginning.digest == before.digest, size == before.size || growsByLines else {
            let how =
                size < before.size
                ? "is shorter than what was read of it"
                : beginning?.digest == before.digest ? "has grown" : "has other contents"
            notes.append(readAgain(entry, because: how))
            return try await take(entry, at: path, size: size)
        }
        guard size > before.size else { return read.append(entry.read(size, digest: before.digest)) }
        var grown = entry.limited(to: size)
        grown.start = try await start(of: grown, after: before, lines: beginning.lines, files: files)
        selected.append(grown)
        read.append(entry.read(size, digest: try await digest(of: entry, at: path, size: size)))
    }

    /// Where the new part of a file begins.
    private mutating func start(
        of entry: InputFileEntry,
        after before: ReadFile,
        lines: Int,
        files: InputFiles
    ) async throws -> InputFileEntry.Start {
        let earlier = try await files.open(entry.limited(to: before.size))
        guard earlier.packing != .none else {
            if case .file(let path) = entry.store, try FileScan(path).isInsideLine(before.size) {
                notes.append(goesOn(entry))
            }
            return .init(offset: before.size, lines: lines, stored: before.size)
        }
        // The members that were read are unpacked once more: only that shows how long they are.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Unpacker.blockSize, alignment: 16)
        defer { buffer.deallocate() }
        var counter = LineCounter()
        while case let got = try await earlier.read(into: buffer), got > 0 {
            counter.add(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
        }
        return .init(offset: earlier.offset, lines: counter.count, stored: before.size)
    }

    /// Reads all of a file.
    private mutating func take(_ entry: InputFileEntry, at path: String, size: Int) async throws {
        if size > 0 || entry.size == 0 { selected.append(entry.limited(to: size)) }
        read.append(entry.read(size, digest: try await digest(of: entry, at: path, size: size)))
    }

    private func digest(of entry: InputFileEntry, at path: String, size: Int) async throws -> CacheKey {
        guard let scan = try await FileScan(path).beginning(size, countsLines: false) else {
            throw StageFailure.sourceChanged(
                Diagnostic(
                    "file.changed",
                    message: "the file has become shorter while it was being looked at",
                    category: .environment,
                    at: .file(entry.name)
                )
            )
        }
        return scan.digest
    }

    private mutating func add(address entry: InputFileEntry) {
        let now = entry.read(entry.size ?? 0, digest: CacheKey(high: 0, low: 0))
        read.append(now)
        guard let before = known[entry.key] else { return selected.append(entry) }
        // Without a version, only reading shows whether there is something new.
        guard now != before || entry.tag == nil else { return }
        notes.append(readAgain(entry, because: "has another version"))
        selected.append(entry)
    }

    private func goesOn(_ entry: InputFileEntry) -> Diagnostic {
        Diagnostic(
            "input.line-continued",
            message:
                "\(entry.name): the last line that an earlier run has read had no line end, and is continued: the rest of it "
                + "is read as a line of its own",
            category: .environment,
            hint: "let the program that writes the file write whole lines",
            severity: .warning
        )
    }

    private func readAgain(_ entry: InputFileEntry, because words: String) -> Diagnostic {
        Diagnostic(
            "input.replaced",
            message: "\(entry.name) \(words): it is read from its start, so records of it that an earlier run has "
                + "delivered may come again",
            category: .environment,
            severity: .note
        )
    }
}

extension InputFileEntry {
    /// The same file, of which only the beginning is read.
    func limited(to size: Int) -> InputFileEntry {
        guard size != self.size else { return self }
        return InputFileEntry(name, store: store, size: size, modified: modified, tag: tag, start: start)
    }

    /// What a bookmark remembers when that many bytes have been read.
    fileprivate func read(_ size: Int, digest: CacheKey) -> ReadFile {
        ReadFile(key: key, size: size, wholeSize: self.size ?? size, modified: modified, tag: tag, digest: digest)
    }
}
