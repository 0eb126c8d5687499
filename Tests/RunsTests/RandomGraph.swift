/// A small pipeline drawn at random, and what must come of it: a model that knows nothing of batches.
struct RandomGraph {
    /// The pipeline; `@/` stands for the folder.
    private(set) var pipeline = "[run]\non_reject = \"drop\"\n"
    /// What each sink must have written, in rising order, by its file.
    private(set) var files: [String: [Int]] = [:]
    /// Sums over all stages.
    private(set) var read = 0
    private(set) var rejected = 0
    /// Those that go no further, whether they are filtered, looked up in or combined.
    private(set) var filtered = 0

    /// What comes out of each stage that can be read, by name.
    private var outputs: [(name: String, numbers: [Int])] = []
    private var readNames: Set<String> = []
    private var numbers: SteadyNumbers

    init(seed: UInt64) {
        numbers = SteadyNumbers(seed: seed)
        for index in 0..<numbers.next(in: 1...3) { addSource("source\(index)") }
        for index in 0..<numbers.next(in: 0...4) { addTransform("transform\(index)") }
        for index in 0..<numbers.next(in: 1...3) { addSink("sink\(index)") }
        // What nobody reads is left out.
        for output in outputs where !readNames.contains(output.name) { filtered += output.numbers.count }
    }

    private mutating func addSource(_ name: String, isLookup: Bool = false) {
        let first = numbers.next(in: 1...5)
        let count = numbers.next(in: 0...20)
        let all = Array(first..<first + count)
        let reject = all.filter { _ in numbers.next(in: 0...9) == 0 }
        let skip = all.filter { _ in numbers.next(in: 0...9) == 0 }
        pipeline += """
            [[source]]
            use = "numbers"
            name = "\(name)"
            first = \(first)
            count = \(count)
            page = \(numbers.next(in: 1...7))
            listed = \(numbers.next(in: 0...1) == 1)
            reject = \(reject)
            leave_out = \(skip)

            """
        read += count
        rejected += reject.count
        filtered += Set(skip).subtracting(reject).count
        let kept = all.filter { !reject.contains($0) && !skip.contains($0) }
        if isLookup {
            filtered += kept.count
            lookedUp = Set(kept)
        } else {
            outputs.append((name, kept))
        }
    }

    private var lookedUp: Set<Int> = []

    private mutating func addTransform(_ name: String) {
        var input: [Int] = []
        let from = drawInputs(&input)
        switch numbers.next(in: 0...5) {
        case 0:
            let divisor = numbers.next(in: 1...3)
            let bad = numbers.next(in: 3...9)
            pipeline += """
                [[transform]]
                use = "only"
                name = "\(name)"
                from = \(from)
                multiples_of = \(divisor)
                reject = \(bad)
                \(numbers.next(in: 0...1) == 0 ? "" : "reason = \"other numbers\"")

                """
            let good = input.filter { $0 % bad != 0 }
            let kept = good.filter { $0 % divisor == 0 }
            rejected += input.count - good.count
            filtered += good.count - kept.count
            outputs.append((name, kept))
        case 1:
            pipeline += """
                [[transform]]
                use = "twice"
                name = "\(name)"
                from = \(from)

                """
            outputs.append((name, input + input))
        case 2:
            pipeline += """
                [[transform]]
                use = "sort"
                name = "\(name)"
                from = \(from)
                by = ["n nulls first"]
                memory = "\(numbers.next(in: 1...2)) KiB"

                """
            filtered += input.count
            outputs.append((name, input))
        case 3:
            pipeline += """
                [[transform]]
                use = "aggregate"
                name = "\(name)"
                from = \(from)
                by = ["n"]
                columns = ["count()", "sum(n) as sum"]
                memory = "\(numbers.next(in: 1...9))00 B"

                """
            filtered += input.count
            outputs.append((name, Set(input).sorted()))
        case 4:
            let count = numbers.next(in: 1...9)
            pipeline += """
                [[transform]]
                use = "top"
                name = "\(name)"
                from = \(from)
                by = "n"
                count = \(count)

                """
            filtered += input.count
            outputs.append((name, Array(input.sorted(by: >).prefix(count))))
        default:
            addSource("of_\(name)", isLookup: true)
            let missing = ["keep", "reject", "drop"][numbers.next(in: 0...2)]
            pipeline += """
                [[transform]]
                use = "find"
                name = "\(name)"
                from = \(from)
                lookup = "of_\(name)"
                missing = "\(missing)"

                """
            let found = input.filter(lookedUp.contains)
            if missing == "reject" { rejected += input.count - found.count }
            if missing == "drop" { filtered += input.count - found.count }
            outputs.append((name, missing == "keep" ? input : found))
        }
    }

    private mutating func addSink(_ name: String) {
        var input: [Int] = []
        let from = drawInputs(&input)
        let bad = numbers.next(in: 0...25)
        let skip = numbers.next(in: 0...25)
        pipeline += """
            [[sink]]
            use = "lines"
            name = "\(name)"
            from = \(from)
            path = "@/\(name).txt"
            reject = [\(bad)]
            skip = [\(skip)]

            """
        let accepted = input.filter { $0 != bad }
        let written = accepted.filter { $0 != skip }
        rejected += input.count - accepted.count
        filtered += accepted.count - written.count
        files["\(name).txt"] = written.sorted()
    }

    /// One or two stages to read.
    private mutating func drawInputs(_ input: inout [Int]) -> [String] {
        var names: [String] = []
        for _ in 0..<numbers.next(in: 1...2) {
            let output = outputs[numbers.next(in: 0...outputs.count - 1)]
            if names.contains(output.name) { continue }
            names.append(output.name)
            readNames.insert(output.name)
            input += output.numbers
        }
        return names
    }
}

/// Numbers that look random and are the same every time (SplitMix64, Steele, Lea and Flood 2014).
struct SteadyNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(in range: ClosedRange<Int>) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return range.lowerBound + Int(mixed % UInt64(range.count))
    }
}
