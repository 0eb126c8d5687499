internal import Diagnostics
internal import Pipelines
internal import Records

extension IncrementEdge {
    /// The edge of a bookmark.
    ///
    /// Earlier versions counted times in milliseconds; their edges are converted.
    ///
    /// - Parameters:
    ///   - bytes: The bytes in the state.
    ///   - increment: How the source grows.
    /// - Throws: `checkpoint.state` if they are not an edge, or a time in it is out of range in microseconds.
    init(_ bytes: [UInt8], of increment: NodeIncrement) throws(Diagnostic) {
        var reader = StateReader(bytes)
        try self.init(from: &reader)
        if isOfEarlierVersion { try countMicroseconds(increment) }
    }

    /// Converts the times of an earlier version: those of records, of their keys, and of the last complete reading.
    private mutating func countMicroseconds(_ increment: NodeIncrement) throws(Diagnostic) {
        readWhole = try Self.microseconds(readWhole)
        if increment.isInstant {
            try convertValues { value throws(Diagnostic) in try Self.microseconds(value) ?? value }
        }
        if increment.key.contains(where: { $0.kind == .instant }) {
            try convertKeys { key throws(Diagnostic) in
                var reader = StateReader(key)
                var writer = StateWriter()
                // An instant stored by an earlier version is converted to microseconds.
                while !reader.isAtEnd { try Value(from: &reader).write(to: &writer) }
                return writer.bytes
            }
        }
    }

    private static func microseconds(_ milliseconds: Int64?) throws(Diagnostic) -> Int64? {
        guard let milliseconds else { return nil }
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { throw StateReader.damaged }
        return product
    }
}
