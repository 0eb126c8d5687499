/// A part of a URL, as RFC 3986, appendix B, divides it.
enum URLPart: String, CaseIterable, Sendable {
    case scheme, user, host, port, path, query, fragment

    /// Where it is in a URL, without the signs around it; nil if the URL does not have it.
    func range(in url: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        let fragment = url.firstIndex(of: UInt8(ascii: "#"))
        var end = fragment ?? url.count
        if self == .fragment { return fragment.map { $0 + 1..<url.count } }
        let query = url[..<end].firstIndex(of: UInt8(ascii: "?"))
        if self == .query { return query.map { $0 + 1..<end } }
        end = query ?? end
        var start = 0
        let sign = url[..<end].firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
        if let sign, sign > 0, url[sign] == UInt8(ascii: ":"), url[0] | 0x20 &- 97 < 26 {
            if self == .scheme { return 0..<sign }
            start = sign + 1
        }
        if self == .scheme { return nil }
        guard end - start >= 2, url[start] == UInt8(ascii: "/"), url[start + 1] == UInt8(ascii: "/") else {
            return self == .path && end > start ? start..<end : nil
        }
        let first = start + 2
        let last = url[first..<end].firstIndex(of: UInt8(ascii: "/")) ?? end
        if self == .path { return last < end ? last..<end : nil }
        return authority(url, range: first..<last)
    }

    /// The part of `user@host:port`.
    private func authority(_ url: UnsafeBufferPointer<UInt8>, range: Range<Int>) -> Range<Int>? {
        let at = url[range].lastIndex(of: UInt8(ascii: "@"))
        if self == .user { return at.map { range.lowerBound..<$0 } }
        let host = (at.map { $0 + 1 } ?? range.lowerBound)..<range.upperBound
        // An address of IPv6 has colons within its brackets.
        let bracket = url[host].lastIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? host.lowerBound
        let colon = url[bracket..<host.upperBound].firstIndex(of: UInt8(ascii: ":"))
        if self == .port { return colon.flatMap { $0 + 1 < host.upperBound ? $0 + 1..<host.upperBound : nil } }
        let name = host.lowerBound..<(colon ?? host.upperBound)
        return name.isEmpty ? nil : name
    }
}
