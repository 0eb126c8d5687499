/// The records of a page that are decoded: not blank lines, comments and faulty ones.
struct CSVRecords: ~Copyable {
    /// A record that is not decoded because of a fault.
    struct Rejected {
        /// The index of the record in the page.
        let number: Int
        let fault: CSVFault
    }

    /// The index of each record in the page.
    let numbers: UnsafeMutableBufferPointer<UInt32>
    /// The index of the first field end of each record.
    let firsts: UnsafeMutableBufferPointer<UInt32>
    /// The number of fields of each record; nil if all have the same.
    private(set) var widths: [UInt32]?
    private(set) var count = 0
    private(set) var rejected: [Rejected] = []

    /// Looks at each record of a page.
    init(of page: CSVPage, syntax: CSVSyntax, plan: CSVColumns) {
        numbers = .allocate(capacity: page.recordCount)
        firsts = .allocate(capacity: page.recordCount)
        let records = page.index.records
        let width = UInt32(truncatingIfNeeded: plan.width)
        let hasFaults = !page.faults.isEmpty
        var first: UInt32 = 0
        for number in 0..<page.recordCount {
            let end = records[number]
            let fields = end &- first
            defer { first = end }
            if fields != width || hasFaults || width == 1 {
                if hasFaults, let fault = page.faults[number] {
                    rejected.append(Rejected(number: number, fault: fault))
                    continue
                }
                if fields == 1, Self.isNone(page, first: Int(first), syntax: syntax) { continue }
                if fields != width, !isTaken(fields, width: width, ragged: plan.ragged) {
                    let fault = CSVFault.fields(Int(fields), expected: plan.width)
                    rejected.append(Rejected(number: number, fault: fault))
                    continue
                }
            } else if syntax.comment != nil, Self.isComment(page, first: Int(first), syntax: syntax) {
                continue
            }
            widths?.append(fields)
            numbers[count] = UInt32(truncatingIfNeeded: number)
            firsts[count] = first
            count &+= 1
        }
    }

    deinit {
        numbers.deallocate()
        firsts.deallocate()
    }

    /// Whether no record was left out between others.
    var areConsecutive: Bool {
        count == 0 || Int(numbers[count - 1]) - Int(numbers[0]) == count - 1
    }

    /// Notes the widths from a record of another width on, if such are taken.
    private mutating func isTaken(_ fields: UInt32, width: UInt32, ragged: CSVColumns.Ragged) -> Bool {
        switch ragged {
        case .reject: return false
        case .pad: guard fields < width else { return false }
        case .extra: break
        }
        if widths == nil { widths = Array(repeating: width, count: count) }
        return true
    }

    /// Whether a record of one field is a blank line or a comment.
    private static func isNone(_ page: CSVPage, first: Int, syntax: CSVSyntax) -> Bool {
        let start = Int(page.index.ends[first - 1] &+ 1)
        let end = Int(page.index.ends[first])
        if start >= end { return true }
        if end == start + 1, page.bytes[start] == CSVSign.cr, page.bytes[end] == CSVSign.lf { return true }
        return page.bytes[start] == syntax.comment
    }

    private static func isComment(_ page: CSVPage, first: Int, syntax: CSVSyntax) -> Bool {
        page.bytes[Int(page.index.ends[first - 1] &+ 1)] == syntax.comment
    }
}
