/// Everything that is wrong with one thing, reported together.
public struct DiagnosticList: Error, Sendable {
    /// The findings, in the order in which they were made.
    public private(set) var all: [Diagnostic]

    /// A list of findings.
    public init(_ all: [Diagnostic] = []) { self.all = all }

    /// Whether one of them is an error.
    public var hasErrors: Bool { all.contains { $0.severity == .error } }

    /// Adds a finding.
    public mutating func append(_ diagnostic: Diagnostic) { all.append(diagnostic) }

    /// Adds the findings of another list.
    public mutating func append(contentsOf other: DiagnosticList) { all += other.all }

    /// Throws the list if it holds an error.
    public func throwIfErrors() throws(DiagnosticList) {
        if hasErrors { throw self }
    }
}

extension DiagnosticList: Sequence {
    /// Goes through the findings.
    public func makeIterator() -> IndexingIterator<[Diagnostic]> { all.makeIterator() }
}

extension DiagnosticList {
    /// The findings with those of a text in the order of the text, behind those that are nowhere in it.
    public var inOrderOfText: DiagnosticList {
        let order = all.enumerated().sorted { left, right in
            (left.element.offset, left.offset) < (right.element.offset, right.offset)
        }
        return DiagnosticList(order.map(\.element))
    }
}

extension Diagnostic {
    fileprivate var offset: Int {
        if case .text(let range) = place { range.offsets.lowerBound } else { -1 }
    }
}
