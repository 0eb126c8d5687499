internal import Records

/// Rows that are encoded into room that is reserved for all of them.
enum RowBlock {
    /// The most rows of a block.
    private static let mostRows = 256
    /// The most bytes of text in a block of several rows.
    private static let mostText = 64 << 10

    /// The end of the block that begins at a row, and how many bytes its texts have.
    ///
    /// - Parameters:
    ///   - row: The first row.
    ///   - end: The end of all rows, after the first one.
    ///   - columns: The columns that are encoded.
    /// - Returns: The end, and the bytes.
    static func end(
        from row: Int,
        upTo end: Int,
        columns: UnsafeBufferPointer<ColumnMemory>
    ) -> (end: Int, text: Int) {
        var count = min(end &- row, mostRows)
        while true {
            var text: UInt64 = 0
            for column in columns where column.kind == .text || column.kind == .bytes {
                let words = column.words + row
                for index in 0..<count { text &+= words[index] &>> 32 }
            }
            if text <= mostText || count == 1 { return (row &+ count, Int(text)) }
            count /= 2
        }
    }
}
