import PluginKit
import PluginTestKit

/// Puts a digit for each record on a shelf, visible once it has committed, with one flaw.
struct FlawedCommit: Sink {
    static let name = "flawed-commit"
    static let summary = "Puts digits on a shelf, with a flaw."
    static let commitment = Commitment.certain

    enum Flaw: String, CaseIterable, OptionValue {
        case none
        case visibleEarly = "visible-early"
        case appends
        case beginClears = "begin-clears"
        case beginIgnoresMark = "begin-ignores-mark"
        case finishesAgain = "finishes-again"
        case forgetsCommit = "forgets-commit"
        case leavesStaged = "leaves-staged"
        case commitsAgain = "commits-again"
        case throwsAgain = "throws-again"
        case abandonForgets = "abandon-forgets"
    }

    struct Options: OptionGroup {
        @Option("The shelf.") var shelf: String
        @Option("What is wrong with it.") var flaw = Flaw.none
    }

    /// A box, and how many digits are in it.
    struct Mark: LosslessStringConvertible, Sendable {
        var box: Int
        var count = 0

        init(box: Int) { self.box = box }

        init?(_ description: String) {
            let numbers = description.split(separator: "/").compactMap { Int($0) }
            guard numbers.count == 2 else { return nil }
            (box, count) = (numbers[0], numbers[1])
        }

        var description: String { "\(box)/\(count)" }
    }

    /// The boxes that are not visible, and the digits that are.
    struct Shelf {
        var boxes: [Int: [UInt8]] = [:]
        var made = 0
        var visible: [UInt8] = []
        var committed: Set<Int> = []
    }

    private static let shelves = Locked<[String: Shelf]>([:])

    static let destination = SinkDestination { name in
        let visible = shelves.withLock { $0[name]?.visible ?? [] }
        return visible.isEmpty ? [:] : ["shelf": visible]
    } hidden: { name in
        shelves.withLock { $0[name]?.boxes.keys.sorted() ?? [] }.map { "box \($0)" }
    }

    private let name: String
    private let flaw: Flaw
    /// The box of this process's first write without a mark.
    private let first: Locked<Int?>

    init(_ options: Options, input: Schema, in context: StageContext) {
        name = options.shelf
        flaw = options.flaw
        first = Locked(nil)
    }

    /// Uses the shelf, which a process that is dead cannot.
    private func using<Value>(_ body: (inout Shelf) throws -> Value) throws -> Value {
        try Faults.current?.reach(DurableStep(.commit, of: "shelf", at: .before))
        return try Self.shelves.withLock { try body(&$0[name, default: Shelf()]) }
    }

    func begin(at mark: Mark?, attempt: Int) throws {
        guard flaw != .beginIgnoresMark else { return }
        try using { shelf in
            for box in shelf.boxes.keys where box != mark?.box || flaw == .beginClears {
                shelf.boxes[box] = flaw == .beginClears && box == mark?.box ? [] : nil
            }
        }
    }

    func write(_ batch: inout Batch, at mark: Mark?) throws -> Mark {
        let digits = (0..<batch.count).map { UInt8(ascii: "0") + UInt8($0 % 10) }
        return try using { shelf in
            // A first write that is repeated goes into the same box.
            var mark = mark ?? Mark(box: first.withLock { $0 } ?? shelf.made)
            first.withLock { $0 = $0 ?? mark.box }
            shelf.made = max(shelf.made, mark.box + 1)
            let kept = shelf.boxes[mark.box] ?? []
            shelf.boxes[mark.box] = (flaw == .appends ? kept : Array(kept.prefix(mark.count))) + digits
            if flaw == .visibleEarly { shelf.visible += digits }
            mark.count += batch.count
            return mark
        }
    }

    func finish(at mark: Mark?) throws -> Delivery<Mark> {
        try using { shelf in
            guard var mark else { return Delivery(at: Mark(box: -1), written: 0) }
            let written = mark.count
            if flaw == .finishesAgain {
                let digits = shelf.boxes.removeValue(forKey: mark.box) ?? shelf.boxes.values.first ?? []
                shelf.boxes = [shelf.made: digits]
                mark.box = shelf.made
                shelf.made += 1
            }
            if flaw != .appends { shelf.boxes[mark.box] = Array((shelf.boxes[mark.box] ?? []).prefix(mark.count)) }
            return Delivery(at: mark, written: written)
        }
    }

    func commit(at mark: Mark) throws {
        try using { shelf in
            switch flaw {
            case .forgetsCommit: return
            case .commitsAgain: shelf.visible += shelf.committed.contains(mark.box) ? [UInt8(ascii: "!")] : []
            case .throwsAgain where shelf.committed.contains(mark.box):
                throw Refused(Diagnostic("shelf.full", message: "the shelf has a box like this"))
            default: break
            }
            guard mark.box >= 0, shelf.committed.insert(mark.box).inserted else { return }
            shelf.visible += shelf.boxes[mark.box] ?? []
            if flaw != .leavesStaged { shelf.boxes[mark.box] = nil }
        }
    }

    func abandon(at mark: Mark?) {
        if flaw != .abandonForgets { try? using { $0.boxes = [:] } }
    }
}
