internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// Keeps rejected records in a file, one JSON object a line: stage, code, reason, position, record.
struct RejectWriter {
    private let file: OutputFile
    private var buffer: [UInt8] = []
    private var offset = 0
    private var count = 0
    private var failure: Diagnostic?

    /// Where the records are kept.
    var path: String { file.path }

    init(_ path: String) { file = OutputFile(path) }

    /// Adds records.
    ///
    /// A disk that is full is reported when the file is completed.
    mutating func append(_ rejections: [Rejection], stage: String) {
        for rejection in rejections {
            var line = JSONWriter()
            line.object { line in
                line.member("stage", stage)
                line.member("code", rejection.code)
                line.member("reason", rejection.reason)
                line.member("position", rejection.position)
                line.key("record")
                line.object { line in
                    for item in rejection.record { line.member(item.name, item.value) }
                }
            }
            buffer += line.takeBytes()
            buffer.append(UInt8(ascii: "\n"))
            count += 1
        }
        if buffer.count > 1 << 16 { flush() }
    }

    /// Completes the file and gives it its name; nil if there was nothing to keep.
    mutating func complete() throws(Diagnostic) -> PendingFile? {
        flush()
        if let failure {
            file.discard()
            throw failure
        }
        guard count > 0 else { return nil }
        let pending = try file.complete(upTo: offset, records: count)
        try FileSystem.rename(pending.temporaryPath, to: pending.path)
        try FileSystem.syncFolder(of: pending.path)
        return pending
    }

    private mutating func flush() {
        guard failure == nil, !buffer.isEmpty else { return }
        do throws(Diagnostic) {
            offset = try file.write(buffer.span, at: offset)
            buffer.removeAll(keepingCapacity: true)
        } catch {
            failure = error
        }
    }
}

extension JSONWriter {
    /// A member whose value is a cell; an instant is written as ISO 8601.
    fileprivate mutating func member(_ name: String, _ value: Value) {
        key(name)
        switch value {
        case .null: writeNull()
        case .boolean(let value): write(value)
        case .integer(let value): write(value)
        case .real(let value): write(value)
        case .text(let value): write(value)
        case .instant(let value): write(ISO8601.text(ofMilliseconds: value))
        }
    }
}
