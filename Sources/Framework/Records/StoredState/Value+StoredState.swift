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
            writer.write(6)
            writer.write(value)
        }
    }

    /// Reads a value.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        switch try reader.readInteger() {
        case 0: self = .null
        case 1: self = .boolean(false)
        case 2: self = .boolean(true)
        case 3: self = .integer(try reader.readInteger())
        case 4: self = .real(Double(bitPattern: UInt64(bitPattern: try reader.readInteger())))
        case 5: self = .text(String(decoding: try reader.readBytes(), as: UTF8.self))
        case 6: self = .instant(try reader.readInteger())
        default: throw StateReader.damaged
        }
    }
}
