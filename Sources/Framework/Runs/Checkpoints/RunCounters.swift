internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// The counts of a run, as checkpoints store them.
struct RunCounters: StoredState {
    var tallies: [Tally]
    var rejections: [RunReport.RejectionCount]
    var copied: Int
    /// Records read and accepted, for the progress line.
    var read: Int
    var accepted: Int
    var window: RejectWindow?
    /// The findings of the stages.
    var remarks: [StoredRemark]

    init(
        tallies: [Tally],
        rejections: [RunReport.RejectionCount],
        copied: Int,
        read: Int,
        accepted: Int,
        window: RejectWindow?,
        remarks: [StoredRemark]
    ) {
        self.tallies = tallies
        self.rejections = rejections
        self.copied = copied
        self.read = read
        self.accepted = accepted
        self.window = window
        self.remarks = remarks
    }

    func write(to writer: inout StateWriter) {
        for number in [copied, read, accepted, tallies.count] { writer.write(Int64(number)) }
        for tally in tallies {
            for number in [
                tally.received, tally.kept, tally.made, tally.discarded, tally.sent, tally.rejected, tally.lookedUp,
                tally.combined, tally.filtered.count, tally.remarks.count,
            ] { writer.write(Int64(number)) }
            for reason in tally.filtered {
                writer.write(Array(reason.reason.utf8))
                writer.write(Int64(reason.count))
            }
            for remark in tally.remarks {
                writer.write(Array(remark.words.utf8))
                writer.write(Int64(remark.count))
            }
        }
        let pages = window?.pages ?? []
        for number in [window?.size ?? 0, pages.count] { writer.write(Int64(number)) }
        for page in pages { for number in [page.read, page.rejected] { writer.write(Int64(number)) } }
        remarks.write(to: &writer)
        writer.write(Int64(rejections.count))
        for group in rejections {
            for text in [group.code, group.reason, group.stage] { writer.write(Array(text.utf8)) }
            writer.write(Int64(group.count))
            writer.write(Int64(group.examples.count))
            for example in group.examples { Self.write(example, to: &writer) }
        }
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        copied = try reader.readAmount()
        read = try reader.readAmount()
        accepted = try reader.readAmount()
        tallies = []
        for _ in 0..<(try reader.readCount()) {
            var tally = Tally()
            tally.received = try reader.readAmount()
            tally.kept = try reader.readAmount()
            tally.made = try reader.readAmount()
            tally.discarded = try reader.readAmount()
            tally.sent = try reader.readAmount()
            tally.rejected = try reader.readAmount()
            tally.lookedUp = try reader.readAmount()
            tally.combined = try reader.readAmount()
            let (reasons, remarks) = (try reader.readCount(), try reader.readCount())
            for _ in 0..<reasons {
                tally.filtered.append(Filtered(Self.text(try reader.readBytes()), count: try reader.readAmount()))
            }
            for _ in 0..<remarks {
                tally.remarks.append(Remark(Self.text(try reader.readBytes()), count: try reader.readAmount()))
            }
            tallies.append(tally)
        }
        let size = try reader.readAmount()
        var pages = RejectWindow(size: size)
        for _ in 0..<(try reader.readCount()) {
            pages.add(read: try reader.readAmount(), rejected: try reader.readAmount())
        }
        window = size > 0 ? pages : nil
        remarks = try [StoredRemark](from: &reader)
        rejections = []
        for _ in 0..<(try reader.readCount()) {
            var group = RunReport.RejectionCount(
                code: Self.text(try reader.readBytes()),
                reason: Self.text(try reader.readBytes()),
                stage: Self.text(try reader.readBytes()),
                count: try reader.readAmount(),
                examples: []
            )
            for _ in 0..<(try reader.readCount()) { group.examples.append(try Self.rejection(&reader)) }
            rejections.append(group)
        }
    }

    private static func write(_ rejection: Rejection, to writer: inout StateWriter) {
        for text in [rejection.code, rejection.reason, rejection.position] { writer.write(Array(text.utf8)) }
        writer.write(Int64(rejection.record.count))
        for item in rejection.record {
            writer.write(Array(item.name.utf8))
            item.value.write(to: &writer)
        }
    }

    private static func rejection(_ reader: inout StateReader) throws(Diagnostic) -> Rejection {
        let code = text(try reader.readBytes())
        let reason = text(try reader.readBytes())
        let position = text(try reader.readBytes())
        var record: [Rejection.Item] = []
        for _ in 0..<(try reader.readCount()) {
            record.append(Rejection.Item(name: text(try reader.readBytes()), value: try Value(from: &reader)))
        }
        return Rejection(code: code, reason: reason, position: position, record: record)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
