public import Diagnostics

extension String: StoredState {
    /// Appends the text as UTF-8, preceded by its length in bytes.
    public func write(to writer: inout StateWriter) {
        var text = self
        text.withUTF8 { writer.write($0.span) }
    }

    /// Reads a text.
    ///
    /// - Throws: `checkpoint.state` if there are not enough bytes, or if they are not UTF-8.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        guard let text = String(validating: try reader.readBytes(), as: UTF8.self) else { throw StateReader.damaged }
        self = text
    }
}
