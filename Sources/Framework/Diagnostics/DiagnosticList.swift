/// Everything that is wrong with one thing, reported together.
///
/// A list keeps its first 500 findings and counts the others, so that a small file with much wrong in it takes neither
/// memory nor time without bound. Where none of those that are kept is an error, the first error takes the place of the
/// last of them.
public struct DiagnosticList: Error, Sendable {
    /// The findings that are kept, in the order in which they were made.
    public private(set) var all: [Diagnostic] = []
    /// How many findings are counted only.
    public private(set) var leftOut = 0
    /// Whether one of the findings that are kept is an error.
    public private(set) var hasErrors = false

    /// How many findings a list keeps.
    public static let mostKept = 500

    /// A list of findings.
    public init(_ all: [Diagnostic] = []) { for finding in all { append(finding) } }

    /// How many findings there are, kept or only counted.
    public var total: Int { all.count + leftOut }

    /// Whether a further finding is only counted: what finds thousands need not put them into words.
    public var isFull: Bool { all.count >= Self.mostKept && hasErrors }

    /// Adds a finding.
    public mutating func append(_ diagnostic: Diagnostic) {
        let isError = diagnostic.severity == .error
        if all.count < Self.mostKept {
            all.append(diagnostic)
        } else {
            leftOut += 1
            if isError, !hasErrors { all[all.count - 1] = diagnostic }
        }
        if isError { hasErrors = true }
    }

    /// Counts findings that are not put into words, of a list that is full.
    public mutating func leaveOut(_ count: Int = 1) { leftOut += count }

    /// Adds the findings of another list.
    public mutating func append(contentsOf other: DiagnosticList) {
        for finding in other.all { append(finding) }
        leftOut += other.leftOut
    }

    /// Throws the list if it holds an error.
    public func throwIfErrors() throws(DiagnosticList) {
        if hasErrors { throw self }
    }
}

extension DiagnosticList: Sequence {
    /// Goes through the findings that are kept.
    public func makeIterator() -> IndexingIterator<[Diagnostic]> { all.makeIterator() }
}

extension DiagnosticList {
    /// The list with other findings in the place of those that are kept: some of them, changed, or in another order.
    public func with(_ kept: [Diagnostic]) -> DiagnosticList {
        var list = DiagnosticList(kept)
        list.leftOut += leftOut
        return list
    }

    /// The findings with those of a text in the order of the text, after those that are nowhere in it.
    public var inOrderOfText: DiagnosticList {
        let order = all.enumerated().sorted { left, right in
            (left.element.offset, left.offset) < (right.element.offset, right.offset)
        }
        return with(order.map(\.element))
    }

    /// The findings to print where only some of them are: errors before others, those chosen in the order of the list.
    ///
    /// - Parameter most: How many at most.
    /// - Returns: The findings, and how many are not among them.
    public func toPrint(atMost most: Int) -> (findings: [Diagnostic], more: Int) {
        guard all.count > most else { return (all, leftOut) }
        var room = Swift.max(0, most)
        var chosen: Set<Int> = []
        for isError in [true, false] {
            for (index, finding) in all.enumerated() where room > 0 && (finding.severity == .error) == isError {
                chosen.insert(index)
                room -= 1
            }
        }
        return (chosen.sorted().map { all[$0] }, total - chosen.count)
    }
}

extension Diagnostic {
    fileprivate var offset: Int {
        if case .text(let range) = place { range.offsets.lowerBound } else { -1 }
    }
}
