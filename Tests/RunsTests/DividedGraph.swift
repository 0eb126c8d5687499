/// A small pipeline drawn at random, to be run whole and in parts.
///
/// There are sources that are read from page to page, in lists, or from the last run on; tables of sources of their own and
/// of stages that sinks read as well; stages with memory; routes; and several sinks.
struct DividedGraph {
    /// The pipeline; `@/` stands for the folder.
    private(set) var pipeline: String
    /// Whether it is sources whose pages are listed, stages without memory, and sinks: then it can be run in parts.
    private(set) var isPlain = true
    /// The files that it writes.
    private(set) var files = ["rejected"]

    /// What can be read, by name.
    private var outputs: [String] = []
    private let isOrdered: Bool
    private var numbers: SteadyNumbers

    init(seed: UInt64) {
        numbers = SteadyNumbers(seed: seed)
        isOrdered = numbers.next(in: 0...3) > 0
        pipeline = """
            name = "divided"
            [run]
            on_reject = { limit = 1000, keep = "@/rejected.txt" }
            ordered = \(isOrdered)
            workers = \(numbers.next(in: 1...3))
            checkpoint_every = 1

            """
        // One in three pipelines is of the kind that is never refused.
        let mayBeRefused = numbers.next(in: 0...2) > 0
        for index in 0..<numbers.next(in: 1...3) { addSource("source\(index)", mayBeRefused) }
        for index in 0..<numbers.next(in: 0...5) { addTransform("transform\(index)", mayBeRefused) }
        for index in 0..<numbers.next(in: 1...3) { addSink("sink\(index)") }
    }

    private mutating func addSource(_ name: String, _ mayBeRefused: Bool, isOutput: Bool = true) {
        if isOutput { outputs.append(name) }
        if mayBeRefused, numbers.next(in: 0...9) == 0 {
            isPlain = false
            pipeline += """
                [[source]]
                use = "feed"
                name = "\(name)"
                since = "last-run"
                count = \(numbers.next(in: 1...20))

                """
            return
        }
        let isListed = !mayBeRefused || numbers.next(in: 0...9) > 0
        isPlain = isPlain && isListed
        pipeline += """
            [[source]]
            use = "numbers"
            name = "\(name)"
            first = \(numbers.next(in: 1...5))
            count = \(numbers.next(in: 0...30))
            page = \(numbers.next(in: 1...7))
            listed = \(isListed)
            reject = [\(numbers.next(in: 1...30))]
            leave_out = [\(numbers.next(in: 1...30))]

            """
    }

    private mutating func addTransform(_ name: String, _ mayBeRefused: Bool) {
        let from = drawInputs()
        var own = ["[[transform]]", "name = \"\(name)\"", "from = \(from)"]
        outputs.append(name)
        switch numbers.next(in: 0...7) {
        case 0, 1:
            own += ["use = \"only\"", "multiples_of = \(numbers.next(in: 1...3))"]
            own += ["reject = \(numbers.next(in: 5...9))"]
        case 2:
            own += ["use = \"twice\""]
        case 3:
            outputs.removeLast()
            own += ["use = \"parity\""]
            outputs += ["\(name).even", "\(name).odd"]
        case 4 where mayBeRefused && isOrdered:
            isPlain = false
            own += ["use = \"sum\"", "total = \(numbers.next(in: 0...1) == 1)"]
        default:
            let known = outputs.dropLast().filter { !from.contains($0) }
            let isShared = mayBeRefused && !known.isEmpty && numbers.next(in: 0...2) > 0
            let table = isShared ? known[numbers.next(in: 0...known.count - 1)] : "of_\(name)"
            // What is looked up in is read whole, whatever it is.
            let wasPlain = isPlain
            if !isShared { addSource(table, mayBeRefused, isOutput: false) }
            isPlain = wasPlain && !isShared && isPlain
            let missing = ["keep", "reject", "drop"][numbers.next(in: 0...2)]
            own += ["use = \"find\"", "lookup = \"\(table)\"", "missing = \"\(missing)\""]
        }
        pipeline += own.joined(separator: "\n") + "\n"
    }

    private mutating func addSink(_ name: String) {
        files.append(name)
        pipeline += """
            [[sink]]
            use = "lines"
            name = "\(name)"
            from = \(drawInputs())
            path = "@/\(name).txt"
            columns = []
            reject = [\(numbers.next(in: 0...25))]
            skip = [\(numbers.next(in: 0...25))]

            """
    }

    /// One or two stages to read.
    private mutating func drawInputs() -> [String] {
        var names: [String] = []
        for _ in 0..<numbers.next(in: 1...2) {
            let output = outputs[numbers.next(in: 0...outputs.count - 1)]
            if !names.contains(output) { names.append(output) }
        }
        return names
    }
}
