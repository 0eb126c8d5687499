internal import Formats
internal import PluginKit

/// The option `compression` of a file.
package enum Compression: String, CaseIterable, OptionValue {
    case none
    /// RFC 1952.
    case gzip
    /// RFC 8878.
    case zstd
}

extension Packing {
    /// How a file is compressed, by options or by its name; nil if it is not.
    ///
    /// - Parameters:
    ///   - chosen: The option; nil to decide by the name, which ends with `.gz` or `.zst`.
    ///   - level: The option; nil for the usual one.
    ///   - place: Where the level is written.
    ///   - path: The path of the file; empty for standard output.
    /// - Throws: `files.level`.
    init?(_ chosen: Compression?, level: Int?, at place: Diagnostic.Place?, path: String) throws(Diagnostic) {
        let named: Compression =
            path.hasSuffix(".gz") ? .gzip : path.hasSuffix(".zst") ? .zstd : .none
        let (form, levels, usual): (Form, ClosedRange<Int>, Int)
        switch chosen ?? named {
        case .none:
            guard level == nil else {
                throw Diagnostic(
                    "files.level",
                    message: "the file is not compressed, so it has no level",
                    at: place,
                    hint: "add compression = \"gzip\", or remove 'level'"
                )
            }
            return nil
        case .gzip: (form, levels, usual) = (.gzip, GzipPacker.levels, 3)
        case .zstd: (form, levels, usual) = (.zstd, ZstandardPacker.levels, 3)
        }
        if let level, !levels.contains(level) {
            throw Diagnostic(
                "files.level",
                message: "\(level) is out of range",
                at: place,
                hint: "allowed: \(levels.lowerBound)...\(levels.upperBound)"
            )
        }
        self.init(form: form, level: level ?? usual)
    }
}
