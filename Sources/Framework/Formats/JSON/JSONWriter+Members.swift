extension JSONWriter {
    /// Writes a key and true or false.
    public mutating func member(_ key: String, value: Bool) {
        self.key(key)
        write(value)
    }

    /// Writes a key and a whole number.
    public mutating func member(_ key: String, value: some FixedWidthInteger) {
        self.key(key)
        write(value)
    }

    /// Writes a key and a number.
    public mutating func member(_ key: String, value: Double) {
        self.key(key)
        write(value)
    }

    /// Writes a key and a text.
    public mutating func member(_ key: String, value: String) {
        self.key(key)
        write(value)
    }

    /// Writes a key and a tree.
    public mutating func member(_ key: String, value: JSONValue) {
        self.key(key)
        write(value)
    }
}
