internal import PluginKit

/// A file that a web server has, read in parts.
///
/// Each part is a request of its own (`Range`), with `If-Match` where the version has a strong `ETag`, so it goes
/// through the layers of the stage, and a connection that is lost costs one part. Where the server does not send parts,
/// the whole file is requested once and held.
final class WebStore: ByteStore {
    /// How many bytes are requested together.
    static let partSize = 4 << 20
    /// The largest file that is held as a whole, since its server sends no parts.
    static let largestWhole = 64 << 20
    /// How many bytes of an address are held while another one is read, and requested first of one of several.
    static let restSize = 64 << 10
    /// How often a part is requested again after a lost connection, each time half of it, beside what a layer repeats.
    private static let mostResumptions = 3

    let entry: InputFileEntry
    private let url: HTTPURL
    private let http: HTTPClient
    private let version: WebVersion
    private let partSize: Int
    /// The part that was read last.
    private let held: Locked<WebPart>

    /// Requests the first part.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - http: The client of the stage.
    ///   - partSize: How many bytes are requested together.
    ///   - firstSize: How many are requested first.
    /// - Throws: As `read(at:into:)` does.
    convenience init(_ url: HTTPURL, http: HTTPClient, partSize: Int, firstSize: Int) async throws {
        let name = Self.name(of: url)
        let first = try await Self.part(of: url, name: name, from: 0, count: firstSize, http: http, knowing: nil)
        self.init(url, name: name, http: http, first: first, partSize: partSize)
    }

    private init(_ url: HTTPURL, name: String, http: HTTPClient, first: WebPart, partSize: Int) {
        self.url = url
        self.http = http
        self.partSize = partSize
        version = first.version
        held = Locked(first)
        entry = InputFileEntry(
            name,
            store: .address(url),
            size: first.version.size,
            modified: first.version.modified.flatMap(HTTPDate.seconds(of:)).map { Int64($0) * 1_000_000_000 },
            tag: first.version.identifier
        )
    }

    /// The address without its query, which may contain a credential.
    static func name(of url: HTTPURL) -> String { url.origin + url.target.prefix { $0 != "?" } }

    /// Releases what is held, if it is much, since another address is read.
    func rest() {
        held.withLock { part in
            if part.bytes.count > Self.restSize { part = WebPart(releasing: part) }
        }
    }

    /// How many bytes are held.
    var heldSize: Int { held.withLock { $0.bytes.count } }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) async throws -> Int {
        let part = try await part(at: offset)
        guard offset < part.start + part.bytes.count else { return 0 }
        let rest = part.bytes[(offset - part.start)...].prefix(buffer.count)
        rest.withUnsafeBytes { buffer.copyMemory(from: $0) }
        return rest.count
    }

    func chunk(at offset: Int, atMost count: Int) async throws -> [UInt8] {
        let part = try await part(at: offset)
        guard offset < part.start + part.bytes.count else { return [] }
        return Array(part.bytes[(offset - part.start)...].prefix(count))
    }

    func end(atMost offset: Int) async throws -> Int {
        if let size = version.size { return min(offset, size) }
        let part = try await part(at: max(offset - 1, 0))
        return min(offset, part.start + part.bytes.count)
    }

    /// The part with the byte at an offset; one that ends there at the end of the file.
    private func part(at offset: Int) async throws -> WebPart {
        let part = held.withLock { $0 }
        let isHeld = part.start <= offset && offset < part.start + part.bytes.count
        if isHeld || part.isWhole || offset == version.size { return part }
        let next = try await Self.part(
            of: url,
            name: entry.name,
            from: offset,
            count: min(partSize, version.size.map { $0 - offset } ?? partSize),
            http: http,
            knowing: version
        )
        held.withLock { $0 = next }
        return next
    }

    private static func part(
        of url: HTTPURL,
        name: String,
        from offset: Int,
        count: Int,
        http: HTTPClient,
        knowing version: WebVersion?
    ) async throws -> WebPart {
        var count = max(count, 1)
        var resumptions = 0
        while true {
            do {
                return try await http.send(request(url, from: offset, count: count, knowing: version)) { response in
                    try WebPart(response, at: offset, of: name, knowing: version)
                }
            } catch let failure as StageFailure {
                guard isLostConnection(failure), resumptions < mostResumptions else { throw failure }
                resumptions += 1
                count = max(count / 2, 1)
            } catch let error as Diagnostic where error.code == HTTPFailure.Kind.tooLarge.code {
                throw Diagnostic(
                    "http.too-large",
                    message: "the server sends no parts of files, and the whole has more than "
                        + "\(ByteCount(largestWhole).text)",
                    category: .environment,
                    at: .file(name),
                    hint: "fetch it to a file, and read that"
                )
            }
        }
    }

    private static func isLostConnection(_ failure: StageFailure) -> Bool {
        let lost: [HTTPFailure.Kind] = [.reset, .truncated]
        return failure.isTransient && lost.contains { $0.code == failure.diagnostic.code }
    }

    private static func request(
        _ url: HTTPURL,
        from offset: Int,
        count: Int,
        knowing version: WebVersion?
    ) -> HTTPRequest {
        var headers: HTTPHeaders = [
            "Range": "bytes=\(offset)-\(offset + count - 1)",
            // Offsets are those of the file, not of what a server makes of it for a transfer.
            "Accept-Encoding": "identity",
        ]
        if let tag = version?.tag { headers["If-Match"] = tag }
        // A server that sends no parts sends the whole file.
        let limits = HTTPLimits(whole: .seconds(600), bodyBytes: largestWhole)
        return HTTPRequest(.get, url: url, headers: headers, limits: limits)
    }
}
