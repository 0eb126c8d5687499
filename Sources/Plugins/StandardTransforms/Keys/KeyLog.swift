internal import PluginKit

/// The file in which the keys of a table stand, so that a checkpoint writes only those that are new.
///
///     key key key … key      each with the number of its bytes before it
///       forgotten │ remembered
struct KeyLog {
    private let files: SpillFolder
    private var file: SpillFile?
    /// How many keys are in the file.
    private var count = 0

    /// A log without a file.
    init(_ files: SpillFolder) { self.files = files }

    /// Appends the keys that are new, and names the file.
    ///
    /// - Throws: `file.*`.
    mutating func store(_ keys: inout KeyTable, to writer: inout StateWriter) throws(Diagnostic) {
        let number = keys.forgottenCount + keys.count
        // What is forgotten takes room until there is more of it than of the rest.
        if file == nil || count - keys.count > max(keys.count, 1024) {
            file = number > 0 ? try files.makeFile() : nil
            count = 0
        }
        if let file {
            // A key that has been forgotten is not needed, and the others are the last ones.
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

    /// Reads the keys back that a checkpoint names.
    ///
    /// - Throws: `checkpoint.state`, `file.*`.
    mutating func restore(_ keys: inout KeyTable, from reader: inout StateReader) throws(Diagnostic) {
        count = try reader.readAmount()
        let remembered = try reader.readAmount()
        guard count > 0 else { return }
        guard 0...count ~= remembered else { throw StateReader.damaged }
        let file = try files.restore(from: &reader)
        var keysReader = StateReader(try file.read(0..<file.count))
        for _ in 0..<count - remembered { _ = try keysReader.readBytes() }
        keys = try KeyTable(from: &keysReader, count: remembered)
        guard keysReader.isAtEnd else { throw StateReader.damaged }
        keys.loggedCount = keys.count
        self.file = file
    }
}
