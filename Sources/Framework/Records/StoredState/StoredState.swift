public import Diagnostics

/// A type whose values can be stored with a checkpoint and read back.
///
/// Whole numbers, `Bool`, `Double`, `String`, and arrays, dictionaries, sets and optionals of such types conform. A
/// structure writes its parts one after the other and reads them in the same order.
public protocol StoredState: Sendable {
    /// Appends the value.
    func write(to writer: inout StateWriter)
    /// Reads the value back.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such a value.
    init(from reader: inout StateReader) throws(Diagnostic)
}
