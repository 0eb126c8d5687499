public import PluginKit

extension InputFiles {
    /// Whether the files can be read incrementally: standard input cannot.
    public var canFindNews: Bool { !readsStandardInput }

    /// The files of a request: those that are new, if it has a selection, and all of them otherwise.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - isStart: Whether its first page is read. Looking at the columns first, and opening a file at its start, is no
    ///     sign of that.
    /// - Returns: The files.
    /// - Throws: As `entries()` does; `input.spool-lost` if the run continues to read standard input, and the copy that
    ///   it had begun to read is not there any more.
    public func entries(for request: ReadRequest, isStart: Bool) async throws -> [InputFileEntry] {
        guard let selection = request.selection else {
            let entries = try await entries()
            if readsStandardInput, spools { try InputSpool(input, for: context).begin(isStart: isStart) }
            return entries
        }
        return try [InputFileEntry](selection: selection, addresses: patterns.compactMap(\.address))
    }

    /// What is new since an earlier run: files that it has not read, and what was appended to those that it has.
    ///
    /// A file is known by its name, an address by a digest of all of it, and it is unchanged if its size and its time are the same. Otherwise a digest of what was
    /// read decides: the file may only have been touched, or it may have grown, and then the rest is new
    /// (`InputFileEntry.start`); if it is neither, it was replaced or shortened, and all of it is read again, with a note.
    /// A file that was renamed, and is the same otherwise, is known by its new name.
    ///
    /// A line that a program is still writing is left to a later run: the last line of a file that was written within
    /// the last minute, if it has no line end.
    ///
    /// - Parameters:
    ///   - bookmark: What the last complete run has left; nil for a first run.
    ///   - growsByLines: Whether lines can be appended to a file. If not, a file that has grown is read again.
    /// - Returns: The selection and the next bookmark, as `Source.news(since:)` returns them.
    /// - Throws: As `entries()` does; `checkpoint.state` if a later version has stored the bookmark.
    public func news(since bookmark: [UInt8]?, growsByLines: Bool = true) async throws -> News {
        let known = try [ReadFile](bookmark: bookmark)
        let entries = try await entries()
        let keys = Set(entries.map(\.key))
        var search = NewsSearch(
            known: Dictionary(known.map { ($0.key, $0) }) { first, _ in first },
            vanished: known.filter { !keys.contains($0.key) },
            growsByLines: growsByLines,
            present: context.present
        )
        for entry in entries {
            try Task.checkCancellation()
            try await search.add(entry, files: self)
        }
        for note in search.notes { context.log.say(note.placed(at: .stage(context.stage, at: nil))) }
        return News(
            selection: search.selected.selection,
            bookmark: search.bookmark,
            place: search.read.count.counted("file")
        )
    }

    /// A value that changes whenever there may be something new, for `Source.revision`; nil if the files cannot be looked
    /// up.
    ///
    /// - Parameter growsByLines: Whether lines can be appended to a file.
    /// - Returns: The value.
    public func revision(growsByLines: Bool = true) async -> String? {
        guard canFindNews, let fingerprint = await fingerprint, let entries = try? await entries() else { return nil }
        guard growsByLines else { return fingerprint }
        // A last line that is left to a later run becomes new by the mere passing of time.
        var left = 0
        for entry in entries where (try? await readableSize(of: entry)) != entry.size { left += 1 }
        return left == 0 ? fingerprint : "\(fingerprint)-\(left)"
    }

    /// How many bytes of a file are read: without a last line that a program may still be writing.
    func readableSize(of entry: InputFileEntry) async throws -> Int? {
        guard case .file(let path) = entry.store, let size = entry.size, let modified = entry.modified,
            modified > context.present - Self.writingTime
        else { return entry.size }
        let beginning = try await Self.beginning(of: FileStore(path, of: entry))
        // In UTF-16, a line end has two bytes. Members and frames are whole.
        let isUTF16 = beginning.starts(with: [0xff, 0xfe]) || beginning.starts(with: [0xfe, 0xff])
        guard !isUTF16, try Packing(beginning, of: entry.name) == .none else { return size }
        return try FileScan(path).endOfLines(size)
    }

    /// How long a program may take to write a line, in nanoseconds.
    private static let writingTime: Int64 = 60_000_000_000
}

extension StageContext {
    /// The time of day, in nanoseconds since 1970-01-01T00:00:00Z.
    fileprivate var present: Int64 { SystemClock.nanoseconds }
}
