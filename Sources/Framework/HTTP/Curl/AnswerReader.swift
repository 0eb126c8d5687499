internal import Formats
internal import Platform

/// Why a response is not valid, found while it arrives.
struct AnswerFlaw: Error, Hashable {
    let kind: HTTPFailure.Kind
    /// The reason, as text that fits after a colon; it never contains text from the server.
    let words: String

    init(_ kind: HTTPFailure.Kind, words: String) {
        self.kind = kind
        self.words = words
    }
}

/// Assembles a response from header lines and pieces of the body, within limits.
struct AnswerReader: ~Copyable {
    /// The maximum size of all headers of an exchange in bytes.
    static let headerLimit = 65_536

    private let isHead: Bool
    private let isEncrypted: Bool
    private let limit: Int
    private var headerSize = 0
    private var status = 0
    /// Whether the end of the connection determines the length of the body (RFC 9112 §6.3).
    private var endsWithConnection = false
    private var hasFrames = false
    private var fields: [HTTPHeaders.Field] = []
    private var isHeaderComplete = false
    private var received = 0
    private var announced: Int?
    private var unpacker: GzipUnpacker?
    private var isPacked = false
    private var body: [UInt8] = []

    /// Creates a reader for one exchange.
    ///
    /// - Parameters:
    ///   - isHead: Whether only the header was requested.
    ///   - isEncrypted: Whether the connection is encrypted. libcurl does not distinguish its proper end from a
    ///     truncated one.
    ///   - limit: The maximum size of the body in bytes, decompressed.
    init(isHead: Bool, isEncrypted: Bool, limit: Int) {
        self.isHead = isHead
        self.isEncrypted = isEncrypted
        self.limit = limit
    }

    /// Reads a header line including its line end; an empty line ends the header.
    ///
    /// Headers of interim responses (RFC 9110 §15.2) and lines after the body are discarded.
    mutating func takeLine(_ line: UnsafeRawBufferPointer) throws(AnswerFlaw) {
        headerSize += line.count
        guard headerSize <= Self.headerLimit else {
            throw AnswerFlaw(.tooLarge, words: "the header has more than 64 KiB")
        }
        guard !isHeaderComplete else { return }
        var text = line[...]
        while let last = text.last, last == UInt8(ascii: "\r") || last == UInt8(ascii: "\n") { text.removeLast() }
        if text.isEmpty {
            if status >= 200 { try completeHeader() }
        } else if text.starts(with: "HTTP/".utf8) {
            fields = []
            status = Self.status(text)
            hasFrames = !text.starts(with: "HTTP/1".utf8)
        } else if text.first == UInt8(ascii: " ") || text.first == UInt8(ascii: "\t") {
            // A continued line (RFC 9112 §5.2).
            guard let field = fields.popLast() else { return }
            fields.append(HTTPHeaders.Field(field.name, value: field.value + " " + Self.trimmed(text)))
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(decoding: text[..<colon], as: UTF8.self)
            fields.append(HTTPHeaders.Field(name, value: Self.trimmed(text[(colon + 1)...])))
        }
    }

    /// Reads a piece of the body.
    mutating func takeBody(_ piece: UnsafeRawBufferPointer) throws(AnswerFlaw) {
        received += piece.count
        guard received <= limit else { throw tooLarge }
        guard isPacked else {
            body.append(contentsOf: piece)
            return
        }
        do throws(GzipUnpacker.Failure) {
            try unpacker?.unpack(piece, into: &body, limit: limit)
        } catch {
            throw flaw(error)
        }
    }

    /// The response, after its end.
    consuming func finish() throws(AnswerFlaw) -> HTTPResponse {
        guard isHeaderComplete else { throw AnswerFlaw(.malformed, words: "its header has no end") }
        if let announced, hasBody, received < announced {
            throw AnswerFlaw(.truncated, words: "\(received) of \(announced.counted("byte")) came")
        }
        // A server may state a compression for a body that does not exist.
        if isPacked, hasBody, received > 0 || announced != 0 {
            do throws(GzipUnpacker.Failure) {
                try unpacker.take()?.finish()
            } catch {
                throw flaw(error)
            }
        } else if endsWithConnection, isEncrypted, hasBody {
            throw AnswerFlaw(
                .truncated,
                words: "it has neither a length nor chunks, so whether it is complete is unknown"
            )
        }
        return HTTPResponse(status: status, headers: HTTPHeaders(fields), body: body)
    }

    /// Whether a response with this status to this request has a body (RFC 9110 §6.4.1).
    private var hasBody: Bool { !isHead && status != 204 && status != 304 }

    private var tooLarge: AnswerFlaw { AnswerFlaw(.tooLarge, words: "it has more than \(ByteCount(limit).text)") }

    private mutating func completeHeader() throws(AnswerFlaw) {
        isHeaderComplete = true
        let headers = HTTPHeaders(fields)
        let codings = Self.words(headers.values("Content-Encoding")).filter { $0 != "identity" }
        let transfers = Self.words(headers.values("Transfer-Encoding"))
        guard transfers.allSatisfy({ $0 == "chunked" || $0 == "identity" }) else {
            throw AnswerFlaw(.badEncoding, words: "it has a transfer coding that was not requested")
        }
        if !transfers.contains("chunked") {
            let lengths = Set(Self.words(headers.values("Content-Length")))
            guard lengths.count <= 1 else { throw AnswerFlaw(.malformed, words: "it announces two lengths") }
            announced = lengths.first.flatMap { Int($0) }
            endsWithConnection = announced == nil && !hasFrames
        }
        guard hasBody else { return }
        switch codings {
        case []:
            if let announced, announced > limit { throw tooLarge }
            // The announced length may be larger than what the server sends.
            if let announced { body.reserveCapacity(min(announced, 1 << 26)) }
        case ["gzip"], ["x-gzip"]:
            isPacked = true
            unpacker = GzipUnpacker()
            if unpacker == nil { throw AnswerFlaw(.badEncoding, words: "there is no memory for it") }
        default:
            throw AnswerFlaw(.badEncoding, words: "it has a compression that was not requested")
        }
    }

    private func flaw(_ failure: GzipUnpacker.Failure) -> AnswerFlaw {
        switch failure {
        case .damaged: AnswerFlaw(.badEncoding, words: "the gzip data is damaged")
        case .cutOff: AnswerFlaw(.badEncoding, words: "the gzip data is incomplete")
        case .tooLarge: tooLarge
        }
    }

    /// The status of `HTTP/1.1 200 OK`; 0 if there is none.
    private static func status(_ line: Slice<UnsafeRawBufferPointer>) -> Int {
        let digits = line.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix { 48...57 ~= $0 }
        return digits.count == 3 ? digits.reduce(0) { $0 * 10 + Int($1 - 48) } : 0
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var text = bytes.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return String(decoding: text, as: UTF8.self)
    }

    /// The items of a list field, in lower case.
    private static func words(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",") }.map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
    }
}
