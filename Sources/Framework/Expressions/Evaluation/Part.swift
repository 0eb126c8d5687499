internal import Formats
internal import Records

/// A part of an expression with operands: where its values are kept, and how messages name it.
struct Part: Sendable {
    /// The memory of its values.
    let slot: Int
    /// As it is written.
    let written: String
    /// Its operands as they are written, and their types.
    let operands: [Operand]

    struct Operand: Sendable {
        let written: String
        let type: ValueType?
        let isConstant: Bool
    }

    /// The operands of a row that are not constants, for the reason of a failure: `rating is 7, n is 0`.
    func values(_ vectors: [Vector], row: Int) -> String {
        zip(operands, vectors).compactMap { operand, vector in
            guard !operand.isConstant, let type = operand.type else { return nil }
            return "\(operand.written) is \(vector.value(row, type: type).written(as: type).shortened(to: 200))"
        }.joined(separator: ", ")
    }
}

extension Vector {
    /// The value of a row; a duration is a whole number of microseconds.
    func value(_ row: Int, type: ValueType) -> Value {
        guard isPresent(row) else { return .null }
        switch type {
        case .text: return .text(String(decoding: text(row), as: UTF8.self))
        case .integer, .duration: return .integer(Int64(bitPattern: words[row]))
        case .real: return .real(Double(bitPattern: words[row]))
        case .boolean: return .boolean(words.isSet(row))
        case .instant: return .instant(Int64(bitPattern: words[row]))
        case .date: return .date(Int32(truncatingIfNeeded: words[row]))
        case .decimal: return .decimal(decimal(row))
        case .bytes: return .bytes(Array(text(row)))
        }
    }
}

extension Value {
    /// The value as the language writes it, such as in `sprocket eval`; bytes are Base64.
    package func written(as type: ValueType?) -> String {
        switch self {
        case .null: return "null"
        case .text(let text): return text.writtenAsText
        case .integer(let value) where type == .duration: return Self.duration(value)
        case .instant, .date: return "@\(plainText)"
        case .boolean, .integer, .real, .decimal, .bytes: return plainText
        }
    }

    private static func duration(_ microseconds: Int64) -> String {
        for (unit, length) in [("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000)]
        where microseconds.isMultiple(of: Int64(length)) && (microseconds != 0 || unit == "s") {
            return "\(microseconds / Int64(length))\(unit)"
        }
        return microseconds.isMultiple(of: 1000) ? "\(microseconds / 1000)ms" : "\(microseconds) microseconds"
    }
}

extension String {
    /// The text in quotes, with the escapes of the language.
    fileprivate var writtenAsText: String {
        var written = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": written += "\\\""
            case "\\": written += "\\\\"
            case "\n": written += "\\n"
            case "\t": written += "\\t"
            case "\r": written += "\\r"
            default: written.unicodeScalars.append(scalar)
            }
        }
        return written + "\""
    }
}
