internal import PluginKit

/// The file with the keys of a table, so that a checkpoint writes only the new ones.
///
///     key key key … key      each preceded by its length in bytes
///       dropped │ in the table
struct KeyLog {
    private let files: SpillFolder
    private var file: SpillFile?
    /// The number of keys in the file.
    private var count = 0

    /// Creates a log without a file.
    init(_ files: SpillFolder) { self.files = files }

    /// Appends the new keys and writes a reference to the file.
    ///
    /// - Throws: `file.*`.
    mutating func store(_ keys: inout KeyTable, to writer: inout StateWriter) throws(Diagnostic) {
        let number = keys.droppedCount + keys.count
        // Dropped keys stay in the file until they are the majority.
        if file == nil || count - keys.count > max(keys.count, 1024) {
            file = number > 0 ? try files.makeFile() : nil
            count = 0
        }
        if let file {
            // Dropped keys are not needed, and the others are the last ones.
            let new = min(number - keys.loggedCount, keys.count)
            var bytes = StateWriter()
            keys.write(last: count == 0 ? keys.count : new, to: &bytes)
            try file.append(bytes.bytes.span)
            count += count == 0 ? keys.count : new
        }
        keys.loggedCount = number
        writer.write(Int64(count))
        writer.write(Int64(keys.count))
        file?.store(to: &writer)
    }

    /// Reads the keys of a checkpoint back.
    ///
    /// - Throws: `checkpoint.state`, `file.*`.
    mutating func restore(_ keys: inout KeyTable, from reader: inout StateReader) throws(Diagnostic) {
        count = try reader.readAmount()
        let remaining = try reader.readAmount()
        guard count > 0 else { return }
        guard 0...count ~= remaining else { throw StateReader.damaged }
        let file = try files.restore(from: &reader)
        var keysReader = StateReader(try file.read(0..<file.count))
        for _ in 0..<count - remaining { _ = try keysReader.readBytes() }
        keys = try KeyTable(from: &keysReader, count: remaining)
        guard keysReader.isAtEnd else { throw StateReader.damaged }
        keys.loggedCount = keys.count
        self.file = file
    }
}
