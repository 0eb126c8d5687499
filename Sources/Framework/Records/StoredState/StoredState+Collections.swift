public import Diagnostics

extension Optional: StoredState where Wrapped: StoredState {
    /// Appends whether there is a value, and the value.
    public func write(to writer: inout StateWriter) {
        (self != nil).write(to: &writer)
        self?.write(to: &writer)
    }

    /// Reads a value, if there is one.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such a value.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        self = try Bool(from: &reader) ? .some(try Wrapped(from: &reader)) : nil
    }
}

/// Each element must take at least one byte, as all values but a structure without parts do.
extension Array: StoredState where Element: StoredState {
    /// Appends the number of elements and each of them; an array of bytes as it is.
    public func write(to writer: inout StateWriter) {
        if Element.self == UInt8.self, let bytes = self as? [UInt8] { return writer.write(bytes) }
        writer.write(Int64(count))
        for element in self { element.write(to: &writer) }
    }

    /// Reads elements.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such elements.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        if Element.self == UInt8.self, let bytes = try reader.readBytes() as? [Element] {
            self = bytes
            return
        }
        let count = try reader.readCount()
        self = []
        for _ in 0..<count { append(try Element(from: &reader)) }
    }
}

/// Each element must take at least one byte, as all values but a structure without parts do.
extension Set: StoredState where Element: StoredState {
    /// Appends the number of elements and each of them, sorted by their bytes: the order in memory differs between
    /// processes, but equal sets should give equal bytes.
    public func write(to writer: inout StateWriter) {
        writer.write(Int64(count))
        writer.write(inOrderOfBytes: self) { element, writer in element.write(to: &writer) }
    }

    /// Reads elements.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such elements, or if one occurs twice.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        let count = try reader.readCount()
        self = []
        for _ in 0..<count {
            guard insert(try Element(from: &reader)).inserted else { throw StateReader.damaged }
        }
    }
}

/// Each key must take at least one byte, as all values but a structure without parts do.
extension Dictionary: StoredState where Key: StoredState, Value: StoredState {
    /// Appends the number of keys and each of them with its value, sorted by their bytes: the order in memory differs
    /// between processes, but equal dictionaries should give equal bytes.
    public func write(to writer: inout StateWriter) {
        writer.write(Int64(count))
        writer.write(inOrderOfBytes: self) { entry, writer in
            entry.key.write(to: &writer)
            entry.value.write(to: &writer)
        }
    }

    /// Reads keys and values.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such keys and values, or if a key occurs twice.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        let count = try reader.readCount()
        self = [:]
        for _ in 0..<count {
            let key = try Key(from: &reader)
            guard updateValue(try Value(from: &reader), forKey: key) == nil else { throw StateReader.damaged }
        }
    }
}

extension StateWriter {
    /// Appends elements sorted by their serialised bytes.
    fileprivate mutating func write<Elements: Collection>(
        inOrderOfBytes elements: Elements,
        write: (Elements.Element, inout StateWriter) -> Void
    ) {
        var scratch = StateWriter()
        var stretches: [Range<Int>] = []
        stretches.reserveCapacity(elements.count)
        for element in elements {
            let start = scratch.bytes.count
            write(element, &scratch)
            stretches.append(start..<scratch.bytes.count)
        }
        let bytes = scratch.bytes
        stretches.sort { bytes[$0].lexicographicallyPrecedes(bytes[$1]) }
        append(stretches, of: scratch)
    }
}
