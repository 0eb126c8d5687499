public import Diagnostics

extension JSONValue {
    /// Parses a document with one value (RFC 8259); a byte order mark before it is skipped.
    ///
    /// Numbers that do not fit into 64 bits become the nearest `real`; one too large for that is an error. Stack use
    /// does not depend on the depth of the document.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - name: Its name for messages.
    /// - Throws: `json.truncated`, `json.syntax`, `json.utf8`, `json.depth` (more than 512 nested values), at the place
    ///   in the text.
    public init(parsing bytes: [UInt8], name: String) throws(Diagnostic) {
        let outcome: Result<JSONValue, JSONStop>
        // The scanner needs zero bytes after the text.
        let padded = bytes + [UInt8](repeating: 0, count: JSONScanner.padding)
        let skipped = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        outcome = padded.withUnsafeBufferPointer { padded in
            // Not empty, because of the padding.
            let base = padded.baseAddress.unsafelyUnwrapped
            var text = [UInt8](repeating: 0, count: padded.count)
            return text.withUnsafeMutableBufferPointer { text in
                let scanner = JSONScanner(base: base, end: base + bytes.count)
                let parser = JSONTreeParser(scanner: scanner, text: text.baseAddress.unsafelyUnwrapped)
                do throws(JSONStop) {
                    return .success(try parser.document(base + skipped))
                } catch {
                    return .failure(error)
                }
            }
        }
        switch outcome {
        case .success(let value): self = value
        case .failure(let stop): throw JSONValue.diagnostic(for: stop, in: SourceText(bytes, name: name))
        }
    }

    private static func diagnostic(for stop: JSONStop, in text: SourceText) -> Diagnostic {
        func place(_ offset: Int) -> Diagnostic.Place { .text(text[offset..<offset + 1]) }
        switch stop {
        case .incomplete:
            return Diagnostic(
                "json.truncated",
                message: "the text ends in the middle of a value",
                at: place(text.bytes.count),
                hint: "something is missing here"
            )
        case .syntax(let expected, let offset):
            return Diagnostic("json.syntax", message: "expected \(expected.description)", at: place(offset))
        case .utf8(let offset):
            return Diagnostic("json.utf8", message: "a text is not UTF-8", at: place(offset))
        case .depth(let offset):
            return Diagnostic(
                "json.depth",
                message: "values are nested more than \(JSONScanner.maximumDepth) levels deep",
                at: place(offset)
            )
        }
    }
}

/// Builds a tree with a scanner and an explicit stack.
private struct JSONTreeParser {
    typealias Bytes = JSONScanner.Bytes

    let scanner: JSONScanner
    /// Room for any string of the document, and eight bytes more.
    let text: UnsafeMutablePointer<UInt8>

    /// An array or object that is not closed yet.
    private struct Open {
        var isObject: Bool
        /// The key whose value comes next.
        var key = ""
        var values: [JSONValue] = []
        var members: [JSONValue.Member] = []
    }

    init(scanner: JSONScanner, text: UnsafeMutablePointer<UInt8>) {
        self.scanner = scanner
        self.text = text
    }

    func document(_ p: Bytes) throws(JSONStop) -> JSONValue {
        var p = scanner.space(p)
        var open: [Open] = []
        while true {
            var value: JSONValue
            switch p.pointee {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard open.count < JSONScanner.maximumDepth else { throw .depth(offset: p - scanner.base) }
                let isObject = p.pointee == UInt8(ascii: "{")
                open.append(Open(isObject: isObject))
                p = scanner.space(p + 1)
                guard p.pointee == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    if isObject { p = try key(p, of: &open[open.count - 1]) }
                    continue
                }
                open.removeLast()
                p += 1
                value = isObject ? .object([]) : .array([])
            case UInt8(ascii: "\""):
                let string: String
                (p, string) = try self.string(p)
                value = .string(string)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let (next, number) = try scanner.number(p)
                if let integer = number.integer {
                    value = .integer(integer)
                } else if let real = number.real {
                    value = .real(real)
                } else {
                    throw .syntax(.smallerNumber, offset: p - scanner.base)
                }
                p = next
            default:
                let next = try scanner.literal(p)
                value = p.pointee == UInt8(ascii: "n") ? .null : .bool(p.pointee == UInt8(ascii: "t"))
                p = next
            }
            // After a value: leave all levels that end here.
            while let last = open.indices.last {
                let isObject = open[last].isObject
                if isObject {
                    open[last].members.append(.init(open[last].key, value: value))
                } else {
                    open[last].values.append(value)
                }
                p = scanner.space(p)
                if p.pointee == UInt8(ascii: ",") {
                    p = scanner.space(p + 1)
                    if isObject { p = try key(p, of: &open[last]) }
                    break
                }
                guard p.pointee == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    throw scanner.stop(isObject ? .commaOrBrace : .commaOrBracket, at: p)
                }
                p += 1
                value = isObject ? .object(open[last].members) : .array(open[last].values)
                open.removeLast()
            }
            guard open.isEmpty else { continue }
            p = scanner.space(p)
            guard p >= scanner.end else { throw .syntax(.end, offset: p - scanner.base) }
            return value
        }
    }

    private func key(_ p: Bytes, of open: inout Open) throws(JSONStop) -> Bytes {
        guard p.pointee == UInt8(ascii: "\"") else { throw scanner.stop(.key, at: p) }
        let (end, key) = try string(p)
        open.key = key
        let colon = scanner.space(end)
        guard colon.pointee == UInt8(ascii: ":") else { throw scanner.stop(.colon, at: colon) }
        return scanner.space(colon + 1)
    }

    private func string(_ p: Bytes) throws(JSONStop) -> (Bytes, String) {
        let (next, count) = try scanner.copyString(p + 1, to: text)
        return (next, String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
    }
}
