public import PluginKit

/// What a source reads: a file, a folder, the files with a pattern, an address, or standard input.
public struct InputPattern: Sendable, Hashable {
    /// What it names.
    package enum Subject: Sendable, Hashable {
        /// A file, a folder or a pattern (``Glob``), as written.
        case path(String)
        /// What a web server has.
        case address(HTTPURL)
        /// Standard input, written as `-`.
        case standardInput
    }

    /// As it was written.
    public let text: String
    package let subject: Subject

    /// Reads a pattern.
    ///
    /// - Parameters:
    ///   - text: A path, a pattern, an address that begins with `http://` or `https://`, or `-`.
    ///   - place: Where it was written.
    /// - Throws: `url.invalid`.
    public init(_ text: String, at place: Diagnostic.Place? = nil) throws(Diagnostic) {
        self.text = text
        if text == "-" {
            subject = .standardInput
        } else if Self.isAddress(text) {
            subject = .address(try HTTPURL(text, at: place))
        } else {
            subject = .path(text)
        }
    }

    /// A path or a pattern of paths.
    package init(path: String) { (text, subject) = (path, .path(path)) }

    /// The address, if it is one.
    var address: HTTPURL? {
        guard case .address(let url) = subject else { return nil }
        return url
    }

    static func isAddress(_ text: String) -> Bool {
        let text = text.prefix(8).lowercased()
        return text.hasPrefix("http://") || text.hasPrefix("https://")
    }

    /// The pattern; nil for a path that exists as it is written, and for one without wildcards.
    var glob: Glob? {
        guard case .path(let path) = subject, Glob.isPattern(path), !FileSystem.exists(path) else { return nil }
        return Glob(path)
    }
}
