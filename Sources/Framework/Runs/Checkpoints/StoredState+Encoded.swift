internal import Diagnostics
internal import Records

extension StoredState {
    /// The value as the bytes that a checkpoint stores.
    var encoded: [UInt8] {
        var writer = StateWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Reads a value from the bytes of a checkpoint.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such a value.
    init(encoded bytes: [UInt8]) throws(Diagnostic) {
        var reader = StateReader(bytes)
        try self.init(from: &reader)
    }
}
