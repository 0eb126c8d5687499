/// Writes messages of Protocol Buffers: https://protobuf.dev/programming-guides/encoding, of which a profile needs
/// varints, and strings, messages and packed numbers with a length in front of them.
struct ProtobufWriter {
    /// What has been written.
    private(set) var bytes: [UInt8] = []

    /// Writes a number; zero is the default of every field and is left out.
    mutating func number(_ value: UInt64, field: Int) {
        guard value != 0 else { return }
        varint(UInt64(field) << 3)
        varint(value)
    }

    /// Writes a number of the type int64: negative ones as ten bytes.
    mutating func number(_ value: Int, field: Int) { number(UInt64(bitPattern: Int64(value)), field: field) }

    /// Writes a truth value.
    mutating func flag(_ value: Bool, field: Int) { number(value ? 1 : 0, field: field) }

    /// Writes a text, also an empty one: a repeated field counts.
    mutating func text(_ value: String, field: Int) {
        length(value.utf8.count, of: field)
        bytes.append(contentsOf: value.utf8)
    }

    /// Writes the numbers of a repeated field as one piece.
    mutating func packed(_ values: [Int], field: Int) {
        guard !values.isEmpty else { return }
        message(field: field) { numbers in
            for value in values { numbers.varint(UInt64(bitPattern: Int64(value))) }
        }
    }

    /// Writes a message within this one.
    mutating func message(field: Int, _ body: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        body(&inner)
        length(inner.bytes.count, of: field)
        bytes.append(contentsOf: inner.bytes)
    }

    private mutating func length(_ count: Int, of field: Int) {
        varint(UInt64(field) << 3 | 2)
        varint(UInt64(count))
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
