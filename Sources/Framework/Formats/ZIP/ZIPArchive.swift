public import Diagnostics

/// A ZIP archive, opened by its table of contents; entries are unpacked one at a time, in pieces.
///
/// It supports PKWARE's APPNOTE 6.3.10 as far as archives of services need it: stored and deflated entries, ZIP64, data
/// descriptors, bytes in front of the archive, names in UTF-8 or code page 437. No part of an archive is trusted: the
/// two headers of an entry have to agree, entries must not overlap, and sizes are limited.
///
///     let archive = try ZIPArchive(file, name: "export.zip")
///     for entry in archive.entries where entry.name.hasSuffix(".json") {
///         let input = try archive.open(entry)
///         while case let count = try input.read(into: buffer), count > 0 { … }
///     }
public struct ZIPArchive: Sendable {
    /// The entries, in the order of the archive's table of contents.
    ///
    /// No two have the same name.
    public let entries: [ZIPEntry]
    /// The name for messages, usually the path of a file.
    public let name: String

    private let bytes: any RandomAccessBytes

    /// The maximum number of entries in an archive.
    public static let maximumEntries = 100_000

    /// Reads the table of contents, and nothing else of the archive.
    ///
    /// - Parameters:
    ///   - bytes: The archive.
    ///   - name: Its name for messages, usually the path of a file.
    /// - Throws: `zip.not-an-archive`, `zip.truncated`, `zip.damaged`, `zip.path`, `zip.multi-disk`, or `zip.bomb` if
    ///   entries overlap or are too many; and what `bytes` throws.
    public init(_ bytes: some RandomAccessBytes, name: String) throws(Diagnostic) {
        let end = try ZIPEndRecord(in: bytes, archive: name, mostEntries: Self.maximumEntries)
        entries = try ZIPDirectory(at: end, in: bytes, archive: name).entries
        self.bytes = bytes
        self.name = name
    }

    /// The entry with this full path: `lists/favourites.json`.
    public func entry(named name: String) -> ZIPEntry? { entries.first { $0.name == name } }

    /// Opens an entry of this archive for reading.
    ///
    /// Each call begins at the start of the entry, and several can be open simultaneously.
    ///
    /// - Throws: `zip.encrypted`, `zip.method`, `zip.bomb` if the entry unpacks to more than 250 times its size, or
    ///   `zip.damaged` if its two headers do not agree; and what the archive's bytes throw.
    public func open(_ entry: ZIPEntry) throws(Diagnostic) -> sending ZIPEntryInput {
        try ZIPEntryInput(entry, in: bytes, archive: name)
    }
}
