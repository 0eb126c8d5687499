internal import Diagnostics

/// Sorted records, one after the other, in a range of a file.
struct ExternalSortRun {
    let file: ExternalSortFile
    let start: Int
    let end: Int
}

/// Writes a run in large pieces.
struct ExternalSortWriter: ~Copyable {
    private let file: ExternalSortFile
    private let start: Int
    private var end: Int
    private var buffer: [UInt8] = []
    private let bufferSize: Int

    init(_ file: ExternalSortFile, at offset: Int, bufferSize: Int) {
        self.file = file
        start = offset
        end = offset
        self.bufferSize = bufferSize
        buffer.reserveCapacity(bufferSize)
    }

    mutating func append(_ record: Span<UInt8>) throws(Diagnostic) {
        if buffer.count &+ record.count > bufferSize { try flush() }
        guard record.count <= bufferSize else { return try appendDirectly(record) }
        record.withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
    }

    mutating func appendDirectly(_ records: Span<UInt8>) throws(Diagnostic) {
        try flush()
        try file.write(records, at: end)
        end += records.count
    }

    consuming func finish() throws(Diagnostic) -> ExternalSortRun {
        try flush()
        return ExternalSortRun(file: file, start: start, end: end)
    }

    private mutating func flush() throws(Diagnostic) {
        guard !buffer.isEmpty else { return }
        try file.write(buffer.span, at: end)
        end += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }
}
