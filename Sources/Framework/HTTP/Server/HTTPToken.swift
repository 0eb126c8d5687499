internal import Formats

/// A secret that clients of a server have to know.
///
/// Printing it does not show it.
package struct HTTPToken: Sendable {
    private let bytes: [UInt8]

    /// Creates a token; one that cannot be guessed has at least 128 random bits.
    package init(_ text: String) { bytes = Array(text.utf8) }

    /// Whether a request shows that its sender knows the token.
    ///
    /// It may be sent as `Authorization: Bearer TOKEN`, as the password of `Authorization: Basic` with any user, or as
    /// `?token=TOKEN`.
    func isKnown(to head: HTTPRequestHead, target: HTTPRequestTarget) -> Bool {
        let shown =
            head.headers.values("Authorization").compactMap(Self.shown)
            + target.values("token").map { $0.utf8 }
            .map(Array.init)
        // Each is compared, so that the time does not tell which one was right.
        return shown.map { isSame($0) }.contains(true)
    }

    /// Whether bytes are the token, in a time that depends only on their number.
    private func isSame(_ other: [UInt8]) -> Bool {
        var difference: UInt8 = other.count == bytes.count && !bytes.isEmpty ? 0 : 1
        for (index, byte) in other.enumerated() {
            difference |= byte ^ (bytes.isEmpty ? 0 : bytes[index % bytes.count])
        }
        return difference == 0
    }

    /// The token in the value of `Authorization` (RFC 6750 §2.1, RFC 7617 §2).
    private static func shown(in value: String) -> [UInt8]? {
        let words = value.split(separator: " ", maxSplits: 1)
        guard words.count == 2, let credentials = words.last else { return nil }
        switch words[0].lowercased() {
        case "bearer": return Array(credentials.utf8)
        case "basic":
            let pair = Base64.bytes(of: Array(credentials.utf8).span)
            return pair.flatMap { pair in pair.firstIndex(of: UInt8(ascii: ":")).map { Array(pair[($0 + 1)...]) } }
        default: return nil
        }
    }
}

extension HTTPToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `•••`.
    package var description: String { "•••" }

    /// `•••`.
    package var debugDescription: String { description }

    /// Empty: dumping a token does not show it.
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
