internal import PluginKit

/// How the bytes of a file are packed, recognised by their beginning.
public enum Packing: String, Sendable, CaseIterable {
    /// Not at all.
    case none
    /// gzip (RFC 1952), of one or several members.
    case gzip
    /// Zstandard (RFC 8878), of one or several frames.
    case zstd

    /// The number of bytes that show how a file is packed.
    static let prefixLength = 6

    /// Recognises the packing.
    ///
    /// - Parameters:
    ///   - beginning: The first bytes of the file.
    ///   - name: The file, for messages.
    /// - Throws: `file.packed` for an archive, or a packing that cannot be read.
    init(_ beginning: [UInt8], of name: String) throws {
        if beginning.starts(with: [0x1f, 0x8b]) {
            self = .gzip
        } else if beginning.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) || Self.isSkippable(beginning) {
            self = .zstd
        } else if let other = Self.others.first(where: { beginning.starts(with: $0.beginning) }) {
            throw Diagnostic(
                "file.packed",
                message: "this is \(other.words), which is not read",
                category: .environment,
                at: .file(name),
                hint: "unpack it, or pack it with gzip or zstd"
            )
        } else {
            self = .none
        }
    }

    /// A skippable frame (RFC 8878 §3.1.2): the first of some packers.
    private static func isSkippable(_ beginning: [UInt8]) -> Bool {
        beginning.count >= 4 && beginning[0] & 0xf0 == 0x50 && beginning[1...3].elementsEqual([0x2a, 0x4d, 0x18])
    }

    /// What is recognised to be refused.
    private static let others: [(beginning: [UInt8], words: String)] = [
        ([0x50, 0x4b, 0x03, 0x04], "a ZIP archive"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "an xz file"),
        ([0x42, 0x5a, 0x68, 0x39], "a bzip2 file"),
        ([0x04, 0x22, 0x4d, 0x18], "an LZ4 file"),
        ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "a 7z archive"),
    ]

    /// The packing that a name promises; nil if it promises none.
    private static func promised(by name: String) -> Packing? {
        let name = name.lowercased()
        if name.hasSuffix(".gz") || name.hasSuffix(".gzip") { return .gzip }
        if name.hasSuffix(".zst") || name.hasSuffix(".zstd") { return .zstd }
        return nil
    }

    /// The warning about a file whose name promises something else than it contains; nil if it does not.
    func finding(of name: String) -> Diagnostic? {
        guard let promised = Self.promised(by: name), promised != self else { return nil }
        let found = self == .none ? "it is not packed" : "it is packed with \(rawValue)"
        return Diagnostic(
            "file.other-packing",
            message: "the name promises \(promised.rawValue), but \(found): it is read as what it is",
            category: .environment,
            at: .file(name),
            severity: .warning
        )
    }
}
