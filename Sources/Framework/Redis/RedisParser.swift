/// Parses answers from bytes that arrive in pieces of any size.
///
///     +OK␍␊            a status
///     -ERR why␍␊       an error
///     :42␍␊            a number
///     $5␍␊hello␍␊      bytes; $-1 is null
///     *2␍␊ … …         an array of two values; *-1 is null
struct RedisParser {
    /// The bytes are not an answer, or exceed the limit.
    struct Mistake: Error, Hashable {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    /// An array whose values have not all arrived.
    private struct Unfinished {
        var values: [RedisValue] = []
        let count: Int
    }

    /// The largest answer, in bytes.
    private let limit: Int
    private static let depth = 16
    private var buffer: [UInt8] = []
    /// Where the unread bytes begin.
    private var start = 0
    /// Up to where no end of a line was found.
    private var searched = 0
    /// The length of the bulk string whose header was read.
    private var announced: Int?
    private var arrays: [Unfinished] = []
    /// How many bytes of the current answer precede `start`.
    private var size = 0

    /// Creates a parser of answers of at most `limit` bytes each.
    init(limit: Int) { self.limit = limit }

    /// Adds received bytes.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.count < 1 << 20)
            (start, searched) = (0, 0)
        } else if start > 1 << 16, start > buffer.count / 2 {
            buffer.removeFirst(start)
            (start, searched) = (0, searched - start)
        }
        buffer += bytes
    }

    /// The next answer; nil if it is incomplete.
    mutating func next() throws(Mistake) -> RedisValue? {
        while let value = try element() {
            guard let answer = add(value) else { continue }
            size = 0
            return answer
        }
        return nil
    }

    /// Adds a value to the innermost array; returns the answer once it is complete.
    private mutating func add(_ value: RedisValue) -> RedisValue? {
        var value = value
        while let last = arrays.indices.last {
            arrays[last].values.append(value)
            guard arrays[last].values.count == arrays[last].count else { return nil }
            value = .array(arrays.removeLast().values)
        }
        return value
    }

    /// The next value that is not an array, or is an empty one; nil if it is incomplete.
    private mutating func element() throws(Mistake) -> RedisValue? {
        while true {
            if let count = announced {
                guard let bytes = try announcedBytes(count) else { return nil }
                return .bytes(bytes)
            }
            guard let line = try line() else { return nil }
            guard let sign = line.first else { throw Mistake("an empty line") }
            let rest = line.dropFirst()
            switch sign {
            case UInt8(ascii: "+"): return .status(String(decoding: rest, as: UTF8.self))
            case UInt8(ascii: "-"): return .error(String(decoding: rest, as: UTF8.self))
            case UInt8(ascii: ":"): return .integer(try Self.number(rest))
            case UInt8(ascii: "$"):
                guard let count = try self.count(rest) else { return .null }
                announced = count
            case UInt8(ascii: "*"):
                guard let count = try self.count(rest) else { return .null }
                if count == 0 { return .array([]) }
                guard arrays.count < Self.depth else { throw Mistake("nested arrays, \(Self.depth + 1) deep") }
                arrays.append(Unfinished(count: count))
            default: throw Mistake("a line that begins with the byte \(sign)")
            }
        }
    }

    /// A bulk string and the line end after it.
    private mutating func announcedBytes(_ count: Int) throws(Mistake) -> [UInt8]? {
        guard buffer.count - start >= count + 2 else { return nil }
        let end = start + count
        guard buffer[end] == 13, buffer[end + 1] == 10 else { throw Mistake("bytes without a line end") }
        let bytes = Array(buffer[start..<end])
        announced = nil
        try take(count + 2)
        return bytes
    }

    /// The next line, without its end.
    private mutating func line() throws(Mistake) -> ArraySlice<UInt8>? {
        guard let end = buffer[max(start, searched)...].firstIndex(of: 10) else {
            searched = buffer.count
            guard buffer.count - start <= min(limit, 1 << 16) else { throw Mistake("a line that does not end") }
            return nil
        }
        guard end > start, buffer[end - 1] == 13 else { throw Mistake("a line with a wrong end") }
        let line = buffer[start..<end - 1]
        try take(end + 1 - start)
        return line
    }

    private mutating func take(_ count: Int) throws(Mistake) {
        start += count
        size += count
        guard size <= limit else { throw Mistake("an answer of more than \(limit) bytes") }
    }

    /// The announced number of bytes or values; nil for null.
    private func count(_ digits: ArraySlice<UInt8>) throws(Mistake) -> Int? {
        let number = try Self.number(digits)
        if number == -1 { return nil }
        // A value has at least three bytes, so there cannot be more values than bytes allowed.
        guard number >= 0, number <= limit - size else {
            throw Mistake(number < 0 ? "a negative count" : "an answer of more than \(limit) bytes")
        }
        return Int(number)
    }

    private static func number(_ digits: ArraySlice<UInt8>) throws(Mistake) -> Int64 {
        // `Int64` would also accept a plus sign.
        guard digits.first != UInt8(ascii: "+"), let number = Int64(String(decoding: digits, as: UTF8.self)) else {
            throw Mistake("a malformed number")
        }
        return number
    }
}
