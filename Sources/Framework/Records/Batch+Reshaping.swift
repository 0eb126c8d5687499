extension Batch {
    /// Gives the batch another schema, cell by cell; no text moves.
    ///
    /// Columns are found by name: a new one is null, one that the new schema lacks is gone.
    ///
    /// - Parameter schema: The columns to have. Those that both have must agree in kind.
    public mutating func reshape(to schema: Schema) {
        if schema.columns.elementsEqual(self.schema.columns, by: { $0.name == $1.name }) {
            self.schema = schema
            return
        }
        let places = self.schema.columns
        reshape(to: schema, from: schema.columns.map { column in places.firstIndex { $0.name == column.name } })
    }

    /// Gives the batch another schema; each new column takes the cells of the column at the index given, or nulls.
    public mutating func reshape(to schema: Schema, from sources: [Int?]) {
        precondition(sources.count == schema.width, "one source for each column")
        let newWidth = schema.width
        var moved: [Cell] = []
        moved.reserveCapacity(count * newWidth)
        for row in 0..<count {
            for source in sources {
                moved.append(source.map { cells[row &* width &+ $0] } ?? .null)
            }
        }
        cells = moved
        width = newWidth
        self.schema = schema
    }
}
