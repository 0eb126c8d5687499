import PluginKit

/// Writes a digit for each record, with one flaw.
///
/// Its mark is the number of bytes, which is that of records.
struct FlawedSink: Sink {
    static let name = "flawed"
    static let summary = "Writes digits, with a flaw."
    static let commitment = Commitment.files

    enum Flaw: String, CaseIterable, OptionValue {
        case none
        case appends
        case remembersMark = "remembers-mark"
        case losesMark = "loses-mark"
        case publishesEarly = "publishes-early"
        case writesFinal = "writes-final"
        case leavesFiles = "leaves-files"
        case leavesFinished = "leaves-finished"
        case forgetsPart = "forgets-part"
        case namesWritten = "names-written"
        case exaggerates
        case changesPast = "changes-past"
        case measuresFile = "measures-file"
        case movesPart = "moves-part"
        case countsFinishes = "counts-finishes"
        case lies
        case liesWhenEmpty = "lies-when-empty"
    }

    struct Options: OptionGroup {
        @Option("Where to write.") var path: OutputPath
        @Option("What is wrong with it.") var flaw = Flaw.none
    }

    struct Mark: LosslessStringConvertible, Sendable {
        let bytes: Int
        var isLost = false

        init(bytes: Int, isLost: Bool) {
            self.bytes = bytes
            self.isLost = isLost
        }

        init?(_ description: String) {
            guard let bytes = Int(description) else { return nil }
            self.bytes = bytes
        }

        var description: String { isLost ? "somewhere" : "\(bytes)" }
    }

    private final class Memory: Sendable {
        let end = Locked(0)
        let finishes = Locked(0)
    }

    private let path: String
    private let flaw: Flaw
    private let file: OutputFile
    private let other: OutputFile
    private let memory = Memory()

    init(_ options: Options, input: Schema, in context: StageContext) {
        path = options.path.path(in: context.run)
        flaw = options.flaw
        file = OutputFile(path)
        other = OutputFile(path + ".index")
    }

    func begin(at mark: Mark?, attempt: Int) {}

    func write(_ batch: inout Batch, at mark: Mark?) throws -> Mark {
        let bytes = (0..<batch.count).map { UInt8(ascii: "0") + UInt8($0 % 10) }
        var start = mark?.bytes ?? 0
        if flaw == .appends || flaw == .remembersMark {
            let remembered = memory.end.withLock { $0 }
            // The one goes on where it was; the other counts for itself, and starts at nothing when made anew.
            start = flaw == .appends || mark != nil ? remembered : 0
        }
        // A sink made anew takes the length of the file for the mark.
        if flaw == .measuresFile, mark != nil, memory.end.withLock({ $0 }) == 0 {
            start = try InputFile(file.temporaryPath).count
        }
        if flaw == .changesPast, mark != nil { try file.write([UInt8(ascii: "9")].span, at: 0) }
        if flaw == .leavesFiles { try other.write([1].span, at: 0) }
        let end = try file.write(bytes.span, at: start)
        memory.end.withLock { $0 = end }
        if flaw == .writesFinal { try FileSystem.copy(file.temporaryPath, to: path) }
        return Mark(bytes: end, isLost: flaw == .losesMark)
    }

    func parts(at mark: Mark) -> [StagedFile] {
        switch flaw {
        case .forgetsPart, .writesFinal: []
        case .namesWritten where memory.end.withLock({ $0 }) == 0: []
        case .exaggerates: [StagedFile(file.temporaryPath, bytes: mark.bytes + 1, records: mark.bytes)]
        default: [StagedFile(file.temporaryPath, bytes: mark.bytes, records: mark.bytes)]
        }
    }

    func finish(at mark: Mark?) throws -> Delivery<Mark> {
        let end = flaw == .appends ? memory.end.withLock { $0 } : mark?.bytes ?? 0
        let isEmpty = mark == nil
        let mark = Mark(bytes: end, isLost: false)
        if flaw == .movesPart, end > 0 {
            _ = try file.complete(upTo: end, records: end)
            try FileSystem.rename(file.temporaryPath, to: path + ".ready")
            let ready = StagedFile(path + ".ready", to: path, bytes: end, records: end)
            return Delivery(at: mark, files: [ready], written: end)
        }
        if flaw == .countsFinishes {
            let finishes = memory.finishes.withLock { finishes in
                finishes += 1
                return finishes
            }
            return Delivery(at: mark, files: [try file.complete(upTo: end, records: end)], written: end + finishes - 1)
        }
        if flaw == .publishesEarly {
            try publish(upTo: end)
            return Delivery(at: mark, written: end)
        }
        if flaw == .leavesFinished, end > 0 {
            let note = OutputFile(path + ".note")
            try note.write([1].span, at: 0)
            let files = [try file.complete(upTo: end, records: end), try note.complete(upTo: 1, records: 0)]
            try FileSystem.rename(files[1].temporaryPath, to: path + ".kept")
            return Delivery(at: mark, files: [files[0]], written: end)
        }
        let lie = flaw == .lies || (flaw == .liesWhenEmpty && isEmpty) ? 1 : 0
        return Delivery(at: mark, files: [try file.complete(upTo: end, records: end)], written: end + lie)
    }

    func abandon(at mark: Mark?) { file.discard() }

    private func publish(upTo end: Int) throws {
        let pending = try file.complete(upTo: end, records: end)
        try FileSystem.rename(pending.temporaryPath, to: pending.path)
    }
}
