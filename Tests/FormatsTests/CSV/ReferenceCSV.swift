import Formats

/// What a CSV text means, read in the simplest way: the whole text, one byte after the other.
struct ReferenceCSV {
    /// A record of the text: its fields, or nil if text follows a closing quote.
    struct Record: Equatable {
        var fields: [[UInt8]?]?
        var line: Int
    }

    private let text: [UInt8]
    private let syntax: CSVSyntax
    private var place = 0

    /// The records without blank lines and comments; nil if the text ends within quotes.
    static func records(_ text: [UInt8], syntax: CSVSyntax) -> [Record]? {
        var reference = ReferenceCSV(text: text, syntax: syntax)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { reference.place = 3 }
        var records: [Record] = []
        while reference.place < text.count {
            let line = reference.lines(before: reference.place) + 1
            if let comment = syntax.comment, reference.at(0) == comment {
                while reference.place < text.count, !reference.passLineEnd() { reference.place += 1 }
                continue
            }
            let start = reference.place
            guard let fields = reference.record() else { return nil }
            let isBlank = reference.text[start] == 0x0A || reference.text[start] == 0x0D
            if !isBlank || fields != [nil] {
                records.append(Record(fields: fields.contains([0]) ? nil : fields, line: line))
            }
        }
        return records
    }

    private func at(_ offset: Int) -> UInt8? { place + offset < text.count ? text[place + offset] : nil }

    private func lines(before end: Int) -> Int {
        (0..<end).count { text[$0] == 0x0A || text[$0] == 0x0D && ($0 + 1 == text.count || text[$0 + 1] != 0x0A) }
    }

    private mutating func passLineEnd() -> Bool {
        if at(0) == 0x0D, at(1) == 0x0A {
            place += 2
        } else if at(0) == 0x0D || at(0) == 0x0A {
            place += 1
        } else {
            return false
        }
        return true
    }

    private func isDelimiter() -> Bool { text[place...].starts(with: syntax.delimiter) }

    private var isBorder: Bool { place == text.count || isDelimiter() || at(0) == 0x0A || at(0) == 0x0D }

    /// The fields of the next record, nil for an empty one without quotes; a field of a NUL stands for a fault.
    private mutating func record() -> [[UInt8]?]? {
        var fields: [[UInt8]?] = []
        while true {
            guard let field = field() else { return nil }
            fields.append(field.isEmpty && !wasQuoted ? nil : field)
            if isDelimiter() {
                place += syntax.delimiter.count
                continue
            }
            _ = passLineEnd()
            return fields
        }
    }

    private var wasQuoted = false

    private mutating func field() -> [UInt8]? {
        var content: [UInt8] = []
        wasQuoted = syntax.quote != nil && at(0) == syntax.quote
        if wasQuoted {
            place += 1
            guard quoted(&content) else { return nil }
            if isBorder { return content }
        }
        while !isBorder { take(&content) }
        return wasQuoted ? [0] : content
    }

    /// Reads up to the closing quote; false if there is none.
    private mutating func quoted(_ content: inout [UInt8]) -> Bool {
        while let byte = at(0) {
            guard byte == syntax.quote else {
                take(&content)
                continue
            }
            place += 1
            if syntax.escape == .none {
                if isBorder { return true }
                content.append(byte)
            } else {
                guard at(0) == syntax.quote else { return true }
                content.append(byte)
                place += 1
            }
        }
        return false
    }

    /// Takes a byte, or what an escape sign protects.
    private mutating func take(_ content: inout [UInt8]) {
        guard case .sign(let sign) = syntax.escape, at(0) == sign, let next = at(1),
            next == sign || next == syntax.quote || next == syntax.delimiter[0] || next == 0x0A || next == 0x0D
        else {
            content.append(text[place])
            place += 1
            return
        }
        content.append(next)
        if next == 0x0D, at(2) == 0x0A {
            content.append(0x0A)
            place += 1
        }
        place += 2
    }
}
