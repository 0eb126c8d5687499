internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// Keeps rejected records in a file, one JSON object a line: stage, code, reason, position, attempt, record.
struct RejectWriter {
    private let file: OutputFile
    private var buffer: [UInt8] = []
    private var offset = 0
    private var count = 0
    private var failure: Diagnostic?

    /// Where the records are kept.
    var path: String { file.path }

    /// Where they are until the run publishes.
    var temporaryPath: String { file.temporaryPath }

    init(_ path: String) { file = OutputFile(path) }

    /// Goes on where an earlier attempt at the run was.
    mutating func resume(at bytes: Int, records: Int) { (offset, count) = (bytes, records) }

    /// Adds records.
    ///
    /// A disk that is full is reported when the file is completed.
    mutating func append(_ rejections: [Rejection], stage: String, attempt: Int) {
        for rejection in rejections {
            var line = JSONWriter()
            line.object { line in
                line.member("stage", value: stage)
                line.member("code", value: rejection.code)
                line.member("reason", value: rejection.reason)
                line.member("position", value: rejection.position)
                line.member("attempt", value: attempt)
                line.key("record")
                line.object { line in
                    for item in rejection.record { line.member(item.name, value: item.value) }
                }
            }
            buffer += line.takeBytes()
            buffer.append(UInt8(ascii: "\n"))
            count += 1
        }
        if buffer.count > 1 << 16 { flush() }
    }

    /// The file with what it holds by now; nil if there was nothing to keep.
    mutating func part() throws(Diagnostic) -> StagedFile? {
        flush()
        if let failure { throw failure }
        guard count > 0 else { return nil }
        return StagedFile(file.temporaryPath, bytes: offset, records: count, format: .lines)
    }

    /// Completes the file; nil if there was nothing to keep.
    mutating func complete() throws(Diagnostic) -> StagedFile? {
        guard try part() != nil else { return nil }
        var pending = try file.complete(upTo: offset, records: count)
        pending.format = .lines
        return pending
    }

    /// Throws the file away.
    func discard() { file.discard() }

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
    /// A member whose value is a cell: a decimal number is a number with all its digits, an instant, a date and bytes
    /// are texts.
    fileprivate mutating func member(_ name: String, value: Value) {
        key(name)
        switch value {
        case .null: writeNull()
        case .boolean(let value): write(value)
        case .integer(let value): write(value)
        case .real(let value): write(value)
        case .decimal(let value): write(value)
        case .text, .instant, .date, .bytes: write(value.plainText)
        }
    }
}
