extension Batch {
    /// What a batch holds besides its columns, for those who store it.
    package struct Contents: Sendable {
        /// What the records were read from.
        package var origins = Origins("")
        /// Row after row.
        package var cells: [Cell] = []
        /// The text of all cells; it is valid UTF-8 wherever a cell begins and ends.
        package var text: [UInt8] = []
        /// The number of each record.
        package var numbers: [UInt32] = []
        /// The number that the next record gets.
        package var nextNumber: UInt32 = 1
        /// What was taken out.
        package var rejections: [Rejection] = []
        /// What was filtered.
        package var filtered: [Filtered] = []
        /// What there is to say about records that are handed on.
        package var remarks: [Remark] = []

        /// Nothing.
        package init() {}
    }

    /// What it holds.
    package var contents: Contents {
        var contents = Contents()
        contents.origins = origins
        contents.cells = cells
        contents.text = arena
        contents.numbers = numbers
        contents.nextNumber = nextNumber
        contents.rejections = rejections
        contents.filtered = filtered
        contents.remarks = remarks
        return contents
    }

    /// A batch that holds this.
    ///
    /// - Precondition: there is a cell of its column's kind, or null, for each column of each record, and the text of
    ///   each lies in `contents.text`.
    package init(_ schema: Schema, _ contents: Contents) {
        precondition(contents.cells.count == contents.numbers.count * schema.width, "a cell for each column")
        self.init(schema)
        origins = contents.origins
        cells = contents.cells
        arena = contents.text
        numbers = contents.numbers
        rowCount = contents.numbers.count
        nextNumber = contents.nextNumber
        rejections = contents.rejections
        filtered = contents.filtered
        remarks = contents.remarks
    }
}
