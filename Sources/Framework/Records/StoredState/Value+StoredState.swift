public import Diagnostics

extension Value: StoredState {
    /// Appends the kind and the value.
    public func write(to writer: inout StateWriter) {
        switch self {
        case .null: writer.write(0)
        case .boolean(let value): writer.write(value ? 2 : 1)
        case .integer(let value):
            writer.write(3)
            writer.write(value)
        case .real(let value):
            writer.write(4)
            writer.write(Int64(bitPattern: value.bitPattern))
        case .text(let value):
            writer.write(5)
            writer.write(Array(value.utf8))
        case .instant(let value):
            writer.write(7)
            writer.write(value)
        case .date(let value):
            writer.write(8)
            writer.write(Int64(value))
        case .decimal(let value):
            writer.write(9)
            value.write(to: &writer)
        case .bytes(let value):
            writer.write(10)
            writer.write(value)
        }
    }

    /// Reads a value, including an instant from a version that counted milliseconds.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not a value, or an instant out of the range of microseconds.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        switch try reader.readInteger() {
        case 0: self = .null
        case 1: self = .boolean(false)
        case 2: self = .boolean(true)
        case 3: self = .integer(try reader.readInteger())
        case 4: self = .real(Double(bitPattern: UInt64(bitPattern: try reader.readInteger())))
        case 5: self = .text(String(decoding: try reader.readBytes(), as: UTF8.self))
        case 6:
            let (instant, overflow) = try reader.readInteger().multipliedReportingOverflow(by: 1000)
            guard !overflow else { throw StateReader.damaged }
            self = .instant(instant)
        case 7: self = .instant(try reader.readInteger())
        case 8: self = .date(try Int32(from: &reader))
        case 9: self = .decimal(try ExactDecimal(from: &reader))
        case 10: self = .bytes(try reader.readBytes())
        default: throw StateReader.damaged
        }
    }
}
