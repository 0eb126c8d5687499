/// Parses requests from the bytes of a connection (RFC 9112): bytes in, events out.
///
/// It uses neither sockets nor clocks.
///
///     parser.append(bytes)
///     while let event = try parser.next() { … }       // nil: more bytes are needed
///
/// The result does not depend on how the bytes are divided, except for the pieces of a body. Anything that two parsers
/// could interpret differently is refused: two lengths, a length in addition to chunks, whitespace before a colon,
/// continued lines, bare CR or LF.
package struct HTTPRequestParser: Sendable {
    /// A parsed part of a request.
    package enum Event: Sendable, Hashable {
        /// A request begins.
        case head(HTTPRequestHead)
        /// A piece of its body, never an empty one.
        case body([UInt8])
        /// The request is complete.
        case end
    }

    private enum Phase {
        /// Before the request line; the number counts the empty lines so far.
        case line(skipped: Int)
        /// Within the fields of a head whose request line has been parsed.
        case fields(HTTPRequestHead)
        /// Within a body of which this many bytes are missing.
        case body(left: Int)
        /// Before the size line of a chunk; the number counts the bytes of the chunks so far.
        case chunkSize(sum: Int)
        case chunk(left: Int, sum: Int)
        /// Before the line end after a chunk.
        case chunkEnd(sum: Int)
        /// Fields after the last chunk, which are discarded.
        case trailers
        case refused(HTTPRefusal)
    }

    private let limits: HTTPServerLimits
    private var phase = Phase.line(skipped: 0)
    private var buffer: [UInt8] = []
    /// The start of the unread part of the buffer.
    private var start = 0
    /// How far the buffer was searched for a line end.
    private var searched = 0
    /// The size and the number of fields of the head, or of the fields after the chunks.
    private var headBytes = 0
    private var fieldCount = 0

    /// Creates a parser at the beginning of a connection, with size limits.
    package init(_ limits: HTTPServerLimits = HTTPServerLimits()) { self.limits = limits }

    /// Whether no part of a request was received, so that the connection may be closed without loss.
    package var isBetweenRequests: Bool {
        if case .line = phase { start == buffer.count } else { false }
    }

    /// Whether there are unread bytes.
    package var hasMore: Bool { start < buffer.count }

    /// Adds received bytes.
    package mutating func append(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        buffer += bytes
    }

    /// The next event.
    ///
    /// - Returns: The event; nil if more bytes are needed.
    /// - Throws: Why the request cannot be answered; nothing more is read then.
    package mutating func next() throws(HTTPRefusal) -> Event? {
        do {
            while true {
                switch try step() {
                case .event(let event): return event
                case .starving: return nil
                case .onward: continue
                }
            }
        } catch {
            phase = .refused(error)
            throw error
        }
    }

    private enum Step {
        case event(Event)
        case starving
        case onward
    }

    private mutating func step() throws(HTTPRefusal) -> Step {
        switch phase {
        case .refused(let refusal): throw refusal
        case .line(let skipped): return try requestLine(skipped)
        case .fields(let head): return try field(of: head)
        case .trailers:
            guard let line = try line(atMost: limits.headBytes, refusal: Self.tooManyFields) else { return .starving }
            guard !line.isEmpty else { return finished() }
            try count(line)
            _ = try Self.field(line)
            return .onward
        case .body(let left):
            guard let piece = piece(atMost: left) else { return .starving }
            phase = .body(left: left - piece.count)
            return piece.isEmpty ? finished() : .event(.body(piece))
        case .chunkSize(let sum):
            guard let line = try line(atMost: 1024, refusal: HTTPRefusal(400, reason: "a chunk has no size")) else {
                return .starving
            }
            let size = try Self.chunkSize(line)
            guard size <= limits.bodyBytes - sum else { throw tooLarge }
            (headBytes, fieldCount) = (0, 0)
            phase = size == 0 ? .trailers : .chunk(left: size, sum: sum + size)
            return .onward
        case .chunk(let left, let sum):
            guard let piece = piece(atMost: left) else { return .starving }
            phase = piece.count == left ? .chunkEnd(sum: sum) : .chunk(left: left - piece.count, sum: sum)
            return .event(.body(piece))
        case .chunkEnd(let sum):
            let end = buffer[start...].prefix(2)
            guard [13, 10].starts(with: end) else { throw HTTPRefusal(400, reason: "a chunk is longer than stated") }
            guard end.count == 2 else { return .starving }
            start += 2
            phase = .chunkSize(sum: sum)
            return .onward
        }
    }

    // MARK: The head

    private mutating func requestLine(_ skipped: Int) throws(HTTPRefusal) -> Step {
        // Input that cannot become a request line, such as the greeting of TLS, is refused immediately: no line end may
        // follow.
        if hasMore, buffer[start] != 13, !Self.isLetter(buffer[start]) { throw Self.noRequest }
        let tooLong = HTTPRefusal(414, reason: "the address has more than \(limits.lineBytes) bytes")
        guard let line = try line(atMost: limits.lineBytes, refusal: tooLong) else { return .starving }
        guard !line.isEmpty else {
            // RFC 9112 §2.2: some clients send one after a body.
            guard skipped < 4 else { throw Self.noRequest }
            phase = .line(skipped: skipped + 1)
            return .onward
        }
        (headBytes, fieldCount) = (line.count, 0)
        phase = .fields(try Self.requestLine(line))
        return .onward
    }

    private static func requestLine(_ line: [UInt8]) throws(HTTPRefusal) -> HTTPRequestHead {
        let words = line.split(separator: 32, omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[0].allSatisfy(isToken) else { throw noRequest }
        let version = Array(words[2])
        guard version.count == 8, version.starts(with: Array("HTTP/".utf8)), isDigit(version[5]), version[6] == 46,
            isDigit(version[7])
        else { throw noRequest }
        guard version[5] == 49 else { throw HTTPRefusal(505, reason: "only HTTP/1.0 and HTTP/1.1 are understood here") }
        // A fragment is not sent by clients, and other invalid characters of an address are percent-encoded.
        guard !words[1].isEmpty, words[1].allSatisfy({ 0x21...0x7E ~= $0 && $0 != 35 }) else { throw badTarget }
        // RFC 9112 §3; the longest registered ones have 17 letters.
        guard words[0].count <= 17 else { throw HTTPRefusal(501, reason: "the method is not supported here") }
        let method = String(decoding: words[0], as: UTF8.self)
        let target = String(decoding: words[1], as: UTF8.self)
        let isAbsolute = { (scheme: String) in target.lowercased().hasPrefix(scheme) }
        switch (method, target.first) {
        case (_, "/"): break
        case ("CONNECT", _) where !target.contains("/"): break
        case ("OPTIONS", _) where target == "*": break
        case _ where isAbsolute("http://") || isAbsolute("https://"): break
        default: throw badTarget
        }
        return HTTPRequestHead(method: method, target: target, minorVersion: Int(version[7] - 48))
    }

    private mutating func field(of head: HTTPRequestHead) throws(HTTPRefusal) -> Step {
        guard let line = try line(atMost: limits.headBytes - headBytes, refusal: Self.tooManyFields) else {
            return .starving
        }
        guard line.isEmpty else {
            try count(line)
            var head = head
            head.headers.append(try Self.field(line))
            phase = .fields(head)
            return .onward
        }
        phase = try body(after: head)
        return .event(.head(head))
    }

    private mutating func count(_ line: [UInt8]) throws(HTTPRefusal) {
        headBytes += line.count + 2
        fieldCount += 1
        guard fieldCount <= limits.fields, headBytes <= limits.headBytes else { throw Self.tooManyFields }
    }

    private static func field(_ line: [UInt8]) throws(HTTPRefusal) -> HTTPHeaders.Field {
        guard let colon = line.firstIndex(of: 58), colon > 0, line[..<colon].allSatisfy(isToken) else {
            throw HTTPRefusal(400, reason: "a line of the header is not a field")
        }
        let isBlank = { (byte: UInt8) in byte == 32 || byte == 9 }
        let rest = line[(colon + 1)...].drop(while: isBlank)
        let end = rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? rest.startIndex
        let value = rest[..<end]
        guard value.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 }) else {
            throw HTTPRefusal(400, reason: "the value of a field has a control character")
        }
        return HTTPHeaders.Field(
            String(decoding: line[..<colon], as: UTF8.self),
            value: String(decoding: value, as: UTF8.self)
        )
    }

    // MARK: The body

    /// How the body is sent (RFC 9112 §6.3), after everything needed for a response was found valid.
    private func body(after head: HTTPRequestHead) throws(HTTPRefusal) -> Phase {
        let hosts = head.headers.values("Host")
        guard hosts.count == 1 || hosts.isEmpty && head.minorVersion == 0 else {
            throw HTTPRefusal(400, reason: "a request must name its host exactly once")
        }
        let lengths = head.headers.values("Content-Length")
        let codings = head.headers.list("Transfer-Encoding")
        guard head.headers.values("Transfer-Encoding").isEmpty else {
            guard limits.bodyBytes > 0 else { throw HTTPRefusal(501, reason: "requests have no body here") }
            guard lengths.isEmpty, head.minorVersion > 0 else {
                throw HTTPRefusal(400, reason: "a body has either a length or chunks, not both")
            }
            guard codings.last == "chunked", !codings.dropLast().contains("chunked") else {
                throw HTTPRefusal(400, reason: "the end of the body cannot be determined")
            }
            guard codings.count == 1 else {
                throw HTTPRefusal(501, reason: "the only supported transfer coding is chunked")
            }
            try expectation(of: head)
            return .chunkSize(sum: 0)
        }
        guard lengths.count <= 1, lengths.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isDigit) }) else {
            throw HTTPRefusal(400, reason: "the length of the body is not a number")
        }
        // A number that does not fit is too large.
        let length = lengths.first.map { Int($0) ?? .max } ?? 0
        guard length <= limits.bodyBytes else { throw tooLarge }
        try expectation(of: head)
        return .body(left: length)
    }

    private func expectation(of head: HTTPRequestHead) throws(HTTPRefusal) {
        let understood: Set = limits.bodyBytes > 0 ? ["100-continue"] : []
        guard head.headers.list("Expect").allSatisfy(understood.contains) else {
            guard limits.bodyBytes > 0 else { throw HTTPRefusal(417, reason: "nothing can be expected here") }
            throw HTTPRefusal(417, reason: "only 100-continue can be expected here")
        }
    }

    private static func chunkSize(_ line: [UInt8]) throws(HTTPRefusal) -> Int {
        // Chunk extensions after a semicolon are ignored.
        let digits = line.prefix { $0 != 59 }
        let number = digits.prefix { $0 != 32 && $0 != 9 }
        guard !number.isEmpty, digits[number.endIndex...].allSatisfy({ $0 == 32 || $0 == 9 }),
            line.allSatisfy({ $0 >= 32 || $0 == 9 }), number.allSatisfy(isHexDigit)
        else { throw HTTPRefusal(400, reason: "a chunk has no size") }
        return Int(String(decoding: number, as: UTF8.self), radix: 16) ?? .max
    }

    private mutating func finished() -> Step {
        phase = .line(skipped: 0)
        return .event(.end)
    }

    /// Bytes of the body; nil if there are none yet, and empty if none are expected.
    private mutating func piece(atMost count: Int) -> [UInt8]? {
        guard count > 0 else { return [] }
        guard hasMore else { return nil }
        let end = min(buffer.count, start + count)
        defer {
            start = end
            searched = end
        }
        return Array(buffer[start..<end])
    }

    /// The next line without its end; nil if it is not complete yet.
    private mutating func line(atMost limit: Int, refusal: HTTPRefusal) throws(HTTPRefusal) -> [UInt8]? {
        searched = max(searched, start)
        guard let feed = buffer[searched...].firstIndex(of: 10) else {
            searched = buffer.count
            guard buffer.count - start <= limit + 1 else { throw refusal }
            return nil
        }
        guard feed - start <= limit + 1 else { throw refusal }
        guard feed > start, buffer[feed - 1] == 13, !buffer[start..<feed - 1].contains(13) else {
            throw HTTPRefusal(400, reason: "a line does not end with CR and LF")
        }
        defer {
            start = feed + 1
            searched = feed + 1
        }
        return Array(buffer[start..<feed - 1])
    }

    // MARK: Characters

    /// RFC 9110 §5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case 33, 35...39, 42, 43, 45, 46, 94...96, 124, 126: true
        default: false
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { 65...90 ~= byte || 97...122 ~= byte }
    private static func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }
    private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || 65...70 ~= byte || 97...102 ~= byte }

    private static let noRequest = HTTPRefusal(400, reason: "this is not a request of HTTP/1.1")
    private static let badTarget = HTTPRefusal(400, reason: "the address is invalid")
    private static let tooManyFields = HTTPRefusal(431, reason: "the header is too large")
    private var tooLarge: HTTPRefusal { HTTPRefusal(413, reason: "the body has more than \(limits.bodyBytes) bytes") }
}
