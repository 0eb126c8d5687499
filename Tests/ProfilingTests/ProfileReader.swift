import Formats

/// Reads `profile.proto` in the tests, written from its description and not from the code that writes it.
struct ProfileReader {
    struct Sample: Equatable {
        var stack: [String]
        var values: [Int]
        var labels: [String: String]
    }

    struct Problem: Error {}

    typealias Field = (number: Int, value: UInt64, bytes: ArraySlice<UInt8>)

    var texts: [String] = []
    var samples: [Sample] = []
    var kinds: [String] = []
    var period = 0
    var periodKind = ""
    var defaultType = ""
    var comments: [String] = []
    var start = 0
    var duration = 0
    /// Start, limit, offset, file, build ID and whether it has functions, for each mapping.
    var mappings: [[String]] = []
    /// The names for the linker, by the names for people.
    var linkerNames: [String: String] = [:]
    /// The addresses of locations, with the number of their mapping.
    var addresses: [(address: UInt64, mapping: UInt64)] = []

    init(packed: [UInt8]) throws {
        var message: [UInt8] = []
        guard var unpacker = GzipUnpacker() else { throw Problem() }
        try packed.withUnsafeBytes { bytes in try unpacker.unpack(bytes, into: &message, limit: 1 << 26) }
        try unpacker.finish()
        try self.init(message: message)
    }

    init(message: [UInt8]) throws {
        let fields = try Self.fields(message[...])
        for field in fields where field.number == 6 { texts.append(String(decoding: field.bytes, as: UTF8.self)) }
        guard texts.first == "" else { throw Problem() }
        var functions: [UInt64: String] = [:]
        for field in fields where field.number == 5 {
            let function = try Self.fields(field.bytes)
            functions[Self.value(1, of: function)] = try text(2, of: function)
            linkerNames[try text(2, of: function)] = try text(3, of: function)
        }
        var locations: [UInt64: String] = [:]
        for field in fields where field.number == 4 {
            let location = try Self.fields(field.bytes)
            guard let line = location.first(where: { $0.number == 4 }),
                let name = functions[Self.value(1, of: try Self.fields(line.bytes))]
            else { throw Problem() }
            locations[Self.value(1, of: location)] = name
            addresses.append((Self.value(3, of: location), Self.value(2, of: location)))
        }
        for field in fields where field.number == 1 { kinds.append(try kind(field.bytes)) }
        for field in fields where field.number == 2 { samples.append(try sample(field.bytes, locations)) }
        for field in fields where field.number == 3 {
            let mapping = try Self.fields(field.bytes)
            mappings.append([
                String(Self.value(2, of: mapping), radix: 16), String(Self.value(3, of: mapping), radix: 16),
                String(Self.value(4, of: mapping), radix: 16), try text(5, of: mapping), try text(6, of: mapping),
                Self.value(7, of: mapping) == 1 ? "functions" : "",
            ])
        }
        for field in fields {
            switch field.number {
            case 9: start = Int(field.value)
            case 10: duration = Int(field.value)
            case 11: periodKind = try kind(field.bytes)
            case 12: period = Int(field.value)
            case 13: comments.append(try text(at: field.value))
            case 14: defaultType = try text(at: field.value)
            default: break
            }
        }
    }

    private func kind(_ bytes: ArraySlice<UInt8>) throws -> String {
        let kind = try Self.fields(bytes)
        return "\(try text(1, of: kind))/\(try text(2, of: kind))"
    }

    private func sample(_ bytes: ArraySlice<UInt8>, _ locations: [UInt64: String]) throws -> Sample {
        var sample = Sample(stack: [], values: [], labels: [:])
        for field in try Self.fields(bytes) {
            switch field.number {
            case 1:
                sample.stack = try Self.numbers(field.bytes).map { number in
                    guard let name = locations[number] else { throw Problem() }
                    return name
                }
            case 2: sample.values = try Self.numbers(field.bytes).map { Int(Int64(bitPattern: $0)) }
            case 3:
                let label = try Self.fields(field.bytes)
                let content = try text(2, of: label)
                let number = Self.value(3, of: label)
                let unit = try text(4, of: label)
                sample.labels[try text(1, of: label)] = content.isEmpty ? "\(number) \(unit)" : content
            default: throw Problem()
            }
        }
        return sample
    }

    private func text(_ number: Int, of message: [Field]) throws -> String {
        try text(at: Self.value(number, of: message))
    }

    private func text(at index: UInt64) throws -> String {
        guard index < UInt64(texts.count) else { throw Problem() }
        return texts[Int(index)]
    }

    private static func value(_ number: Int, of message: [Field]) -> UInt64 {
        message.first { $0.number == number }?.value ?? 0
    }

    static func numbers(_ bytes: ArraySlice<UInt8>) throws -> [UInt64] {
        var rest = bytes
        var numbers: [UInt64] = []
        while !rest.isEmpty { numbers.append(try varint(&rest)) }
        return numbers
    }

    static func fields(_ bytes: ArraySlice<UInt8>) throws -> [Field] {
        var rest = bytes
        var fields: [Field] = []
        while !rest.isEmpty {
            let tag = try varint(&rest)
            switch tag & 7 {
            case 0: fields.append((Int(tag >> 3), try varint(&rest), []))
            case 2:
                let length = Int(try varint(&rest))
                guard length <= rest.count else { throw Problem() }
                fields.append((Int(tag >> 3), 0, rest.prefix(length)))
                rest = rest.dropFirst(length)
            default: throw Problem()
            }
        }
        return fields
    }

    private static func varint(_ bytes: inout ArraySlice<UInt8>) throws -> UInt64 {
        var (value, shift): (UInt64, UInt64) = (0, 0)
        while let byte = bytes.popFirst() {
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 64 else { throw Problem() }
        }
        throw Problem()
    }
}
