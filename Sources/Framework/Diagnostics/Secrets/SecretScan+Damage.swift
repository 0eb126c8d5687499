extension SecretScan {
    /// Everything from the name of a secret, or from the `://` of an address with a password, to the end of the line:
    /// for texts that could not be parsed.
    ///
    /// If only a sign or a comment follows the name, the next line is treated as the value.
    func restsOfLines(names: Set<String>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var variables: Set<String> = []
        var takesWholeLine = false
        var start = 0
        while start < bytes.count {
            let end = endOfLine(start)
            if takesWholeLine {
                ranges += pieces(of: start..<end, variables: &variables)
                takesWholeLine = false
            } else if let rest = rest(of: start..<end, after: names) {
                ranges += pieces(of: rest, variables: &variables)
                takesWholeLine = isWithoutValue(rest)
            }
            start = end + 1
        }
        return ranges
    }

    private func rest(of line: Range<Int>, after names: Set<String>) -> Range<Int>? {
        var index = line.lowerBound
        while index < line.upperBound {
            guard isOfName(bytes[index]) else {
                if bytes[index...].starts(with: "://".utf8), bytes[index..<line.upperBound].contains(UInt8(ascii: "@"))
                {
                    return index + 3..<line.upperBound
                }
                index += 1
                continue
            }
            var end = index
            while end < line.upperBound, isOfName(bytes[end]) { end += 1 }
            let name = String(decoding: bytes[index..<min(end, index + 128)], as: UTF8.self)
            // A reference stays: it names a secret but is not one.
            let isReference =
                index > 0 && bytes[index - 1] == UInt8(ascii: ":") && end < bytes.count
                && (bytes[end] == UInt8(ascii: "}") || bytes[end] == UInt8(ascii: ":"))
            if !isReference, names.contains(name) || SecretName.matches(name) {
                while end < line.upperBound, " \t=:\"'".utf8.contains(bytes[end]) { end += 1 }
                return end..<line.upperBound
            }
            index = end
        }
        return nil
    }

    /// Whether nothing or only a comment follows.
    private func isWithoutValue(_ rest: Range<Int>) -> Bool {
        guard let first = bytes[rest].first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return true }
        return first == UInt8(ascii: "#")
    }
}
