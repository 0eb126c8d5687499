/// A record of a page that cannot be used, although the records after it can.
package struct JSONFault: Sendable, Hashable {
    /// The number of its line, or of the record in a text without lines; counted from 1.
    package let number: Int
    /// The position in the line at which the problem is, in characters counted from 1; nil if that is not known.
    package let column: Int?
    /// A stable name for the reason.
    package let code: String
    /// The reason, for users.
    package let reason: String
    /// The record as it is written: at most 1 KiB of it.
    package let excerpt: String

    /// Why a record is not used.
    enum Problem {
        case stop(JSONStop)
        /// The line ends in the middle of the record.
        case cutOff
        /// Something follows the record on its line.
        case trailing(JSONScanner.Bytes)
        case notAnObject
        case misfit(JSONRowDecoder.Misfit)
        case unknownKey(JSONRowDecoder.Misfit)
    }

    init(
        _ problem: Problem,
        number: Int,
        in record: UnsafeBufferPointer<UInt8>,
        base: JSONScanner.Bytes,
        trie: JSONTrie
    ) {
        self.number = number
        excerpt = Self.excerpt(record, atMost: 1024)
        var place: JSONScanner.Bytes?
        switch problem {
        case .stop(.incomplete), .cutOff:
            (code, reason) = ("json.syntax", "the record ends in the middle")
        case .stop(.syntax(let expected, let offset)):
            place = base + offset
            let found = Self.byte(base + offset, in: record)
            (code, reason) = ("json.syntax", "expected \(expected.description), found \(JSONStop.found(found))")
        case .stop(.utf8(let offset)):
            place = base + offset
            let found = Self.byte(base + offset, in: record)
            (code, reason) = ("json.utf8", "not UTF-8: found \(JSONStop.found(found))")
        case .stop(.depth(let offset)):
            place = base + offset
            (code, reason) = ("json.depth", "nested more than \(JSONScanner.maximumDepth) levels deep")
        case .trailing(let bytes):
            place = bytes
            (code, reason) = (
                "json.syntax", "expected the end of the line, found \(JSONStop.found(Self.byte(bytes, in: record)))"
            )
        case .notAnObject: (code, reason) = ("json.object", "expected an object")
        case .misfit(let misfit):
            place = misfit.text.baseAddress
            let name = trie.paths[misfit.node].joined(separator: ".")
            (code, reason) = (
                "json.kind",
                "'\(name)' is not \(trie.expected(at: misfit.node)): found \(Self.excerpt(misfit.text, atMost: 80))"
            )
        case .unknownKey(let key):
            place = key.text.baseAddress
            (code, reason) = ("json.key", "the key '\(Self.name(of: key, trie: trie))' is not among the columns")
        }
        column = place.flatMap { place in
            record.baseAddress.map { start in
                1 + UnsafeBufferPointer(start: start, count: max(0, place - start)).count { $0 & 0xC0 != 0x80 }
            }
        }
    }

    private static func byte(_ place: JSONScanner.Bytes, in record: UnsafeBufferPointer<UInt8>) -> UInt8? {
        guard let start = record.baseAddress, place < start + record.count else { return nil }
        return place.pointee
    }

    /// The path of an unknown key, whose text is in quotes with a colon after it.
    static func name(of key: JSONRowDecoder.Misfit, trie: JSONTrie) -> String {
        let inner = key.text.dropFirst().prefix { $0 != UInt8(ascii: "\"") }
        return (trie.paths[key.node] + [String(decoding: inner, as: UTF8.self)]).joined(separator: ".")
    }

    /// The start of a text, without a part of a character.
    private static func excerpt(_ text: UnsafeBufferPointer<UInt8>, atMost limit: Int) -> String {
        var count = min(text.count, limit)
        while count > 0, count < text.count, text[count] & 0xC0 == 0x80 { count -= 1 }
        let shown = String(decoding: UnsafeBufferPointer(rebasing: text[..<count]), as: UTF8.self)
        return shown + (count < text.count ? "…" : "")
    }
}

extension JSONTrie {
    /// What fits the first slot of a node, for messages.
    func expected(at node: Int) -> String {
        guard let slot = nodes[node].own.first.map({ slots[$0] }) else { return "an object" }
        if let reader = slot.reader { return reader.expected }
        return switch slot.role {
        case .text: "a text"
        case .anyText: "a text, a number or a boolean"
        case .integer: "a whole number"
        case .real: "a number that 64 bits hold"
        case .boolean: "true or false"
        case .instant: "a time with its zone"
        case .date: "a date like 2024-02-29"
        case .decimal: "a number of at most 38 digits"
        case .bytes: "base64"
        case .json, .presence, .cell: "a value"
        }
    }
}
