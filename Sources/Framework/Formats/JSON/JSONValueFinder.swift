/// Finds the records of a JSON text that is an array, has one at a path, or is a sequence of values.
///
///     {"data": {"items": [ {…}, {…} ], "more": 7}}      path: data, items
///
/// Each call moves over one thing, and may be made again from the same byte when more of the text is there.
struct JSONValueFinder: Sendable {
    /// The keys down to the array.
    let path: [String]
    private var place = Place.start
    /// The number of records that were passed.
    private(set) var recordsFound = 0

    private enum Place: Hashable {
        case start
        /// Before the first element of the array, or its end.
        case firstElement
        /// After an element: a comma and the next one, or the end of the array.
        case separator
        /// Before a value of a sequence.
        case sequence
        /// After the array, with this number of objects still open.
        case tail(Int)
    }

    init(_ path: [String]) { self.path = path }

    /// Whether the first record has been found.
    var hasBegun: Bool { place != .start }

    /// Whether the records are the elements of an array.
    var isArray: Bool { place != .sequence && place != .start }

    /// The finder for the rest of the text, from the start of a record.
    func resumed(isFirst: Bool) -> JSONValueFinder {
        var finder = self
        if isArray { finder.place = isFirst ? .firstElement : .separator }
        return finder
    }

    /// Moves to the first record.
    mutating func begin(_ scanner: JSONScanner, _ p: JSONScanner.Bytes) throws(JSONStop) -> JSONScanner.Bytes {
        guard place == .start else { return p }
        var p = scanner.space(p)
        guard p < scanner.end else { throw .incomplete }
        for key in path { p = try value(of: key, in: p, of: scanner) }
        guard p.pointee == UInt8(ascii: "[") else {
            guard path.isEmpty else { throw scanner.stop(.array, at: p) }
            place = .sequence
            return p
        }
        place = .firstElement
        return p + 1
    }

    /// Moves over the next record and the comma before it, or over something after the last one.
    mutating func step(_ scanner: JSONScanner, _ p: JSONScanner.Bytes) throws(JSONStop) -> JSONScanner.Bytes {
        var p = scanner.space(p)
        switch place {
        case .start: return try begin(scanner, p)
        case .firstElement, .separator:
            if p.pointee == UInt8(ascii: "]") {
                place = .tail(path.count)
                return p + 1
            }
            if place == .separator {
                guard p.pointee == UInt8(ascii: ",") else { throw scanner.stop(.commaOrBracket, at: p) }
                p = scanner.space(p + 1)
            }
            let end = try scanner.skipValue(p, depth: 1 + path.count)
            place = .separator
            recordsFound += 1
            return end
        case .sequence:
            guard p < scanner.end else { return p }
            let end = try scanner.skipValue(p, depth: 0)
            recordsFound += 1
            return end
        case .tail(let open): return try tail(open, scanner, p)
        }
    }

    // MARK: Around the array

    /// Moves from the start of an object to the value of a key.
    private func value(
        of key: String,
        in start: JSONScanner.Bytes,
        of scanner: JSONScanner
    ) throws(JSONStop) -> JSONScanner.Bytes {
        guard start.pointee == UInt8(ascii: "{") else { throw scanner.stop(.object, at: start) }
        var p = scanner.space(start + 1)
        guard p.pointee != UInt8(ascii: "}") else { throw scanner.stop(.path, at: p) }
        while true {
            let (found, next) = try self.key(p, of: scanner)
            if found == key { return next }
            p = scanner.space(try scanner.skipValue(next, depth: path.count))
            guard p.pointee == UInt8(ascii: ",") else {
                throw scanner.stop(p.pointee == UInt8(ascii: "}") ? .path : .commaOrBrace, at: p)
            }
            p = scanner.space(p + 1)
        }
    }

    /// A key, and the position of its value.
    private func key(
        _ p: JSONScanner.Bytes,
        of scanner: JSONScanner
    ) throws(JSONStop) -> (key: String, next: JSONScanner.Bytes) {
        guard p.pointee == UInt8(ascii: "\"") else { throw scanner.stop(.key, at: p) }
        let end = try scanner.skipString(p + 1)
        let colon = scanner.space(end)
        guard colon.pointee == UInt8(ascii: ":") else { throw scanner.stop(.colon, at: colon) }
        return (try scanner.string(p + 1, to: end), scanner.space(colon + 1))
    }

    /// Moves over one member of an object that is open after the array, or over its end.
    private mutating func tail(
        _ open: Int,
        _ scanner: JSONScanner,
        _ p: JSONScanner.Bytes
    ) throws(JSONStop) -> JSONScanner.Bytes {
        guard open > 0 else {
            guard p >= scanner.end else { throw scanner.stop(.end, at: p) }
            return p
        }
        switch p.pointee {
        case UInt8(ascii: "}"):
            place = .tail(open - 1)
            return p + 1
        case UInt8(ascii: ","):
            let (_, next) = try key(scanner.space(p + 1), of: scanner)
            return try scanner.skipValue(next, depth: open)
        default: throw scanner.stop(.commaOrBrace, at: p)
        }
    }
}

extension JSONScanner {
    /// A string, unescaped, from the byte after its opening quote to the one after its closing quote.
    func string(_ p: Bytes, to end: Bytes) throws(JSONStop) -> String {
        var text: [UInt8] = []
        try unescape(p, to: end, into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Replaces `text` by a string, unescaped, from the byte after its opening quote to the one after its closing quote.
    func unescape(_ p: Bytes, to end: Bytes, into text: inout [UInt8]) throws(JSONStop) {
        var failure: JSONStop?
        // As much room as `copyString` asks for.
        text = Array(unsafeUninitializedCapacity: end - p + 8) { room, count in
            guard let target = room.baseAddress else { return }
            do throws(JSONStop) {
                count = try copyString(p, to: target, isValidated: false).count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
