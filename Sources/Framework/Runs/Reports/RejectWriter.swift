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

    /// The final path of the file.
    var path: String { file.path }

    /// The path of the file until the run publishes.
    var temporaryPath: String { file.temporaryPath }

    init(_ path: String) { file = OutputFile(path) }

    /// Continues the file of an earlier attempt at the run.
    mutating func resume(at bytes: Int, records: Int) { (offset, count) = (bytes, records) }

    /// Adds records.
    ///
    /// A full disk is reported when the file is completed.
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

    /// The file as it is now; nil if no record was rejected.
    mutating func part() throws(Diagnostic) -> StagedFile? {
        flush()
        if let failure { throw failure }
        guard count > 0 else { return nil }
        return StagedFile(file.temporaryPath, bytes: offset, records: count, format: .lines)
    }

    /// Completes the file; nil if no record was rejected.
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
    /// A member whose value is a cell.
    ///
    /// Decimals are written as numbers with all their digits; instants, dates and bytes are written as text.
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
