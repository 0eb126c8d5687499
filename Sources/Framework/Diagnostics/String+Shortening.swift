extension String {
    /// The text, or its start and its end with `…` between them if it has more than `most` bytes.
    package func shortened(to most: Int) -> String {
        guard utf8.count > most else { return self }
        let (start, end) = (scalarStart(at: most * 3 / 4), scalarStart(at: utf8.count - most / 4))
        return String(self[..<start]) + "…" + String(self[end...])
    }

    /// The start of the scalar that contains a byte.
    private func scalarStart(at offset: Int) -> String.Index {
        var index = utf8.index(utf8.startIndex, offsetBy: offset)
        while index > utf8.startIndex, utf8[index] & 0xC0 == 0x80 { index = utf8.index(before: index) }
        return index
    }
}
