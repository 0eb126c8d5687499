/// All findings about one subject, reported together.
///
/// A list keeps its first 500 findings and counts the rest, so that a file with many problems takes bounded memory and
/// time. If none of the kept findings is an error, the first error replaces the last of them.
public struct DiagnosticList: Error, Sendable {
    /// The kept findings, in the order in which they were added.
    public private(set) var all: [Diagnostic] = []
    /// The number of findings that are counted only.
    public private(set) var leftOut = 0
    /// Whether one of the kept findings is an error.
    public private(set) var hasErrors = false

    /// The number of findings that a list keeps.
    public static let mostKept = 500

    /// Creates a list of findings.
    public init(_ all: [Diagnostic] = []) { for finding in all { append(finding) } }

    /// The number of findings, kept or only counted.
    public var total: Int { all.count + leftOut }

    /// Whether a further finding would only be counted, so that its message need not be made.
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

    /// Counts findings without adding them, when the list is full.
    public mutating func leaveOut(_ count: Int = 1) { leftOut += count }

    /// Adds the findings of another list.
    public mutating func append(contentsOf other: DiagnosticList) {
        for finding in other.all { append(finding) }
        leftOut += other.leftOut
    }

    /// Throws the list if it contains an error.
    public func throwIfErrors() throws(DiagnosticList) {
        if hasErrors { throw self }
    }
}

extension DiagnosticList: Sequence {
    /// Iterates over the kept findings.
    public func makeIterator() -> IndexingIterator<[Diagnostic]> { all.makeIterator() }
}

extension DiagnosticList {
    /// The list with other findings in place of the kept ones: some of them, changed, or in another order.
    public func with(_ kept: [Diagnostic]) -> DiagnosticList {
        var list = DiagnosticList(kept)
        list.leftOut += leftOut
        return list
    }

    /// The list with findings sorted by their position in the text; findings without a position come first.
    public var inOrderOfText: DiagnosticList {
        let order = all.enumerated().sorted { left, right in
            (left.element.offset, left.offset) < (right.element.offset, right.offset)
        }
        return with(order.map(\.element))
    }

    /// The findings to print if not all of them are printed: errors are chosen before others, and the chosen ones stay
    /// in the order of the list.
    ///
    /// - Parameter most: The maximum number of findings.
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
