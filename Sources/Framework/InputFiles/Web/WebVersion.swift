internal import PluginKit

/// What a web server states about the version of a file that it has.
struct WebVersion: Sendable, Hashable {
    /// The strong validator (RFC 9110 §8.8.3); nil if there is none, or only a weak one, which does not identify bytes.
    let tag: String?
    /// When it was last modified, as the server writes it.
    let modified: String?
    /// The number of bytes; nil if the server does not state it.
    let size: Int?

    init(tag: String?, modified: String?, size: Int?) {
        self.tag = tag
        self.modified = modified
        self.size = size
    }

    /// The version that an answer states.
    init(_ response: HTTPResponse) {
        let tag = response.headers["ETag"].flatMap { $0.hasPrefix("\"") && $0.utf8.count > 2 ? $0 : nil }
        let size = response.status == 200 ? response.body.count : Self.range(of: response)?.size
        self.init(tag: tag, modified: response.headers["Last-Modified"], size: size)
    }

    /// What identifies the version; nil if the server states neither.
    var identifier: String? { tag ?? modified }

    /// How another version of the same address differs, as a clause; nil if it may be the same.
    ///
    /// What one of the two does not state is not compared.
    func difference(from other: WebVersion) -> String? {
        if let tag, let before = other.tag, tag != before { return "its ETag was \(before) and is \(tag)" }
        if tag == nil || other.tag == nil, let modified, let before = other.modified, modified != before {
            return "it was last modified \(before), and now \(modified)"
        }
        if let size, let before = other.size, size != before {
            return "it had \(before.counted("byte")), and has \(size.inGroups)"
        }
        return nil
    }

    /// Whether both have the same `ETag`, or else the same time.
    func isStated(by other: WebVersion) -> Bool {
        if let tag, let before = other.tag { return tag == before }
        return modified != nil && modified == other.modified
    }

    /// The part that an answer contains (`Content-Range`, RFC 9110 §14.4); nil if it does not state one.
    static func range(of response: HTTPResponse) -> (start: Int?, size: Int?)? {
        guard let text = response.headers["Content-Range"], text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let start = parts[0].split(separator: "-").first.flatMap { Int($0) }
        return (start, Int(parts[1].filter { $0 != " " }))
    }
}
