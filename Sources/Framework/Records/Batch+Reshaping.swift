extension Batch {
    /// Gives the batch another schema; no cell is moved.
    ///
    /// Columns are found by name: a new one is null, and one that the new schema lacks is dropped.
    ///
    /// - Parameter schema: The new columns. Those that both schemas have must agree in kind.
    public mutating func reshape(to schema: Schema) {
        if schema.columns.elementsEqual(self.schema.columns, by: { $0.name == $1.name && $0.kind == $1.kind }) {
            self.schema = schema
            return
        }
        let places = self.schema
        reshape(to: schema, from: schema.columns.map { places.optionalField($0.name)?.index })
    }

    /// Gives the batch another schema; each new column takes the cells of the column at the given index, or nulls.
    ///
    /// - Precondition: There is a source for each column, of its kind.
    public mutating func reshape(to schema: Schema, from sources: [Int?]) {
        precondition(sources.count == schema.width, "one source for each column")
        columns = zip(schema.columns, sources).map { column, source in
            guard let source else { return Column(nulls: count, kind: column.kind) }
            precondition(columns[source].kind == column.kind, "a column of another kind")
            return columns[source]
        }
        self.schema = schema
    }
}
