internal import Diagnostics

extension RowNumbers {
    /// Appends the origins and numbers of all records.
    ///
    /// - Parameters:
    ///   - writer: What to append to.
    ///   - count: The number of records.
    ///   - isListed: Whether the number of each is written even if they are consecutive.
    func write(to writer: inout StateWriter, count: Int, isListed: Bool) {
        writer.write(Int64(origins.count))
        for origin in origins { origin.write(to: &writer) }
        writer.write(Int64(next))
        writer.write(Int64(count))
        let isListed = isListed || !isRun(count)
        writer.write(isListed ? 1 : 0)
        if isListed {
            writer.write(count, numbersInEach: 1) { $1.write(Int64(self[$0])) }
        } else if count > 0 {
            writer.write(Int64(self[0]))
        }
        writer.write(places == nil ? 0 : 1)
        if let places { writer.write(count, numbersInEach: 1) { $1.write(Int64(places[$0])) } }
    }

    /// Whether the numbers are consecutive.
    private func isRun(_ count: Int) -> Bool {
        guard let listed, let first = listed.first else { return true }
        return listed.enumerated().allSatisfy { $1 == first &+ UInt32(truncatingIfNeeded: $0) }
    }

    /// Reads the origins and numbers of all records, and how many there are.
    static func read(
        from reader: inout StateReader,
        isListed: Bool
    ) throws(Diagnostic) -> (RowNumbers, count: Int) {
        var origins: [Origins] = []
        for _ in 0..<(try reader.readCount()) { origins.append(try Origins(from: &reader)) }
        guard !origins.isEmpty else { throw StateReader.damaged }
        let next = try UInt32(from: &reader)
        // A record takes at least one bit.
        let count = try reader.readAmount()
        guard 0...8 * reader.left ~= count else { throw StateReader.damaged }
        var first: UInt32 = 1
        var listed: [UInt32]?
        switch try reader.readInteger() {
        case 0 where !isListed: if count > 0 { first = try UInt32(from: &reader) }
        case 1:
            guard count <= reader.left else { throw StateReader.damaged }
            var numbers: [UInt32] = []
            numbers.reserveCapacity(count)
            for _ in 0..<count { numbers.append(try UInt32(from: &reader)) }
            listed = numbers
        default: throw StateReader.damaged
        }
        var places: [UInt32]?
        switch try reader.readInteger() {
        case 0 where origins.count == 1: break
        case 1:
            guard count <= reader.left else { throw StateReader.damaged }
            var found: [UInt32] = []
            found.reserveCapacity(count)
            for _ in 0..<count {
                let place = try UInt32(from: &reader)
                guard place < origins.count else { throw StateReader.damaged }
                found.append(place)
            }
            places = found
        default: throw StateReader.damaged
        }
        return (RowNumbers(origins, places: places, first: first, listed: listed, next: next), count)
    }
}

extension Origins {
    fileprivate func write(to writer: inout StateWriter) {
        first.write(to: &writer)
        writer.write(Int64(others.count))
        for other in others {
            other.name.write(to: &writer)
            writer.write(Int64(other.firstNumber))
            writer.write(Int64(other.shift))
        }
    }

    fileprivate init(from reader: inout StateReader) throws(Diagnostic) {
        let first = try String(from: &reader)
        var others: [Place] = []
        for _ in 0..<(try reader.readCount()) {
            let name = try String(from: &reader)
            others.append(Place(name, firstNumber: try UInt32(from: &reader), shift: try UInt32(from: &reader)))
        }
        self.init(first, others: others)
    }
}
