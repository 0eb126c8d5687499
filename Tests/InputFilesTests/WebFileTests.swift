import PluginKit
import PluginTestKit
import Testing

@testable import InputFiles

/// Files that a web server has.
@Suite struct WebFileTests {
    /// A server with one file.
    final class Server: Sendable {
        struct State: Sendable {
            var bytes = (0..<100).map { UInt8($0) }
            var tag: String? = "\"one\""
            var modified: String?
            var sendsParts = true
            /// The requests, by their numbers, after which the connection is lost.
            var losses: Set<Int> = []
            var status: Int?
            var shift = 0
            /// The bytes that the body of an answer has at most, by the numbers of the requests.
            var cuts: [Int: Int] = [:]
        }

        let state: Locked<State>

        init(_ state: State = State()) { self.state = Locked(state) }

        func answer(_ request: HTTPRequest, _ number: Int) throws -> HTTPResponse {
            let response = try whole(request, number)
            guard let cut = state.withLock({ $0.cuts[number] }) else { return response }
            let body = Array(response.body.prefix(cut))
            return HTTPResponse(status: response.status, headers: response.headers, body: body)
        }

        private func whole(_ request: HTTPRequest, _ number: Int) throws -> HTTPResponse {
            let state = state.withLock { $0 }
            if state.losses.contains(number) { throw HTTPFailure(.truncated, origin: request.url.origin) }
            if let status = state.status { return HTTPResponse(status: status) }
            var headers: HTTPHeaders = [:]
            if let tag = state.tag { headers["ETag"] = tag }
            if let modified = state.modified { headers["Last-Modified"] = modified }
            if let wanted = request.headers["If-Match"], wanted != state.tag { return HTTPResponse(status: 412) }
            let range = request.headers["Range"]?.dropFirst(6).split(separator: "-").map { Int($0) }
            guard state.sendsParts, let range, let start = range[0], let last = range[1]
            else { return HTTPResponse(status: 200, headers: headers, body: state.bytes) }
            guard start < state.bytes.count else {
                headers["Content-Range"] = "bytes */\(state.bytes.count)"
                return HTTPResponse(status: 416, headers: headers)
            }
            let part = state.bytes[start...min(last, state.bytes.count - 1)]
            headers["Content-Range"] =
                "bytes \(start + state.shift)-\(start + part.count - 1)/\(state.bytes.count)"
            return HTTPResponse(status: 206, headers: headers, body: Array(part))
        }
    }

    private let server: Server
    private let transport: ScriptedTransport
    private let address = "https://files.example.org/plays.csv?token=abc"

    init() {
        let server = Server()
        self.server = server
        transport = ScriptedTransport { request, number in try server.answer(request, number) }
    }

    private func files(_ addresses: String..., partSize: Int = 30) throws -> InputFiles {
        let addresses = addresses.isEmpty ? [address] : addresses
        return try InputFiles(
            InputPatterns(try addresses.map { try InputPattern($0) }),
            in: Bench(transport: transport).context,
            webPartSize: partSize
        )
    }

    // MARK: Several addresses

    private let first = "https://h.example.org/x?page=1"
    private let second = "https://h.example.org/x?page=2"

    @Test func `addresses that differ in their queries are different, and equal ones are read once`() async throws {
        let entries = try await files(first, second, first).entries()
        #expect(entries.map(\.store) == [.address(try HTTPURL(first)), .address(try HTTPURL(second))])
        #expect(Set(entries.map(\.name)) == ["https://h.example.org/x"])
        #expect(try await files(first).fingerprint != files(second).fingerprint)
    }

    @Test func `a bookmark knows addresses by their queries, and has none of them`() async throws {
        let bookmark = try await files(first).news(since: nil).bookmark
        let files = try files(first, second)
        let news = try await files.news(since: bookmark)
        let request = ReadRequest(Schema([])).selecting(news.selection)
        #expect(try await files.entries(for: request, isStart: true).map(\.store) == [.address(try HTTPURL(second))])
        for bytes in [bookmark, news.bookmark, news.selection] {
            #expect(!String(decoding: bytes, as: UTF8.self).contains("page"))
        }
        let again = try await files.news(since: news.bookmark)
        #expect(try await files.entries(for: ReadRequest(Schema([])).selecting(again.selection), isStart: true).isEmpty)
    }

    @Test(arguments: [
        ("https://h.example.org/x", "https://h.example.org/x", 0),
        ("https://h.example.org/x?a=1", "https://h.example.org/x ", 32),
    ])
    func `the key of an address has a digest if there is a query`(address: String, start: String, digits: Int) throws {
        let key = InputFileEntry.key(of: try HTTPURL(address))
        #expect(key.hasPrefix(start))
        #expect(key.utf8.count == start.utf8.count + digits)
    }

    @Test func `a selection of other addresses is refused`() async throws {
        let news = try await files(first).news(since: nil)
        let request = ReadRequest(Schema([])).selecting(news.selection)
        await #expect(throws: Diagnostic.self) { try await files(second).entries(for: request, isStart: true) }
    }

    @Test(arguments: [true, false])
    func `of many addresses, the bytes of one are held`(sendsParts: Bool) async throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        server.state.withLock { ($0.bytes, $0.sendsParts) = (bytes, sendsParts) }
        let files = try files(first, second, address, partSize: 200_000)
        let most = 2 * WebStore.restSize + (sendsParts ? 200_000 : bytes.count)
        func held() -> Int { files.known.stores.withLock { $0.values.reduce(0) { $0 + $1.heldSize } } }
        let entries = try await files.entries()
        #expect(held() <= most)
        for entry in entries + entries {
            #expect(try await files.all(of: entry) == bytes)
            #expect(held() <= most)
        }
    }

    @Test func `of many addresses, no part is requested twice`() async throws {
        server.state.withLock { $0.bytes = [UInt8](repeating: 7, count: 300_000) }
        let files = try files(first, second, partSize: 200_000)
        for entry in try await files.entries() { #expect(try await files.all(of: entry).count == 300_000) }
        #expect(
            transport.requests.map { $0.headers["Range"] ?? "" } == [
                "bytes=0-65535", "bytes=0-65535", "bytes=65536-265535", "bytes=265536-299999",
                "bytes=65536-265535", "bytes=265536-299999",
            ]
        )
    }

    // MARK: One address

    @Test func `a file is read in parts, each of the version of the first`() async throws {
        let files = try files()
        let entry = try await files.entries()[0]
        #expect(entry.name == "https://files.example.org/plays.csv")
        #expect(entry.size == 100)
        #expect(try await files.all(of: entry, pieces: 7) == (0..<100).map { UInt8($0) })
        #expect(
            transport.requests.map { $0.headers["Range"] ?? "" } == [
                "bytes=0-29", "bytes=30-59", "bytes=60-89", "bytes=90-99",
            ]
        )
        #expect(transport.requests.map { $0.headers["If-Match"] ?? "" } == ["", "\"one\"", "\"one\"", "\"one\""])
        #expect(transport.requests.allSatisfy { $0.headers["Accept-Encoding"] == "identity" })
    }

    @Test func `reading from an offset requests nothing before it`() async throws {
        let files = try files()
        let entry = try await files.entries()[0]
        #expect(try await files.all(of: entry, from: 95) == [95, 96, 97, 98, 99])
        #expect(transport.requests.map { $0.headers["Range"] ?? "" } == ["bytes=0-29", "bytes=95-99"])
    }

    @Test func `an empty file has no bytes`() async throws {
        server.state.withLock { $0.bytes = [] }
        let files = try files()
        let entry = try await files.entries()[0]
        #expect(entry.size == 0)
        #expect(try await files.all(of: entry) == [])
    }

    @Test(arguments: ["tag", "tag ignored", "modified", "size"])
    func `another version ends the run, which starts again`(what: String) async throws {
        server.state.withLock { state in
            if what == "modified" || what == "size" { state.tag = nil }
            if what == "modified" { state.modified = "Mon, 30 Nov 2026 10:00:00 GMT" }
        }
        let files = try files()
        let entry = try await files.entries()[0]
        let bytes = try await files.open(entry)
        server.state.withLock { state in
            switch what {
            case "tag": state.tag = "\"two\""
            case "tag ignored": state.sendsParts = true
            case "modified": state.modified = "Mon, 30 Nov 2026 11:00:00 GMT"
            default: state.bytes.append(1)
            }
        }
        guard what != "tag ignored" else {
            #expect(try await bytes.all().count == 100)
            return
        }
        let error = await #expect(throws: StageFailure.self) { try await bytes.all() }
        guard case .sourceChanged(let diagnostic) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let words =
            switch what {
            case "tag": "the server has no such version any more"
            case "modified":
                "it was last modified Mon, 30 Nov 2026 10:00:00 GMT, and now Mon, 30 Nov 2026 11:00:00 GMT"
            default: "it had 100 bytes, and has 101"
            }
        #expect(diagnostic.message == "the file was changed while it was being read: \(words)")
    }

    @Test func `a server that sends no parts is asked once`() async throws {
        server.state.withLock { $0.sendsParts = false }
        let files = try files()
        let entry = try await files.entries()[0]
        #expect(try await files.all(of: entry) == (0..<100).map { UInt8($0) })
        #expect(try await files.all(of: entry, from: 50) == (50..<100).map { UInt8($0) })
        #expect(transport.requests.count == 1)
    }

    @Test func `a weak tag is not required of later parts`() async throws {
        server.state.withLock { $0.tag = "W/\"one\"" }
        let files = try files()
        #expect(try await files.all(of: try await files.entries()[0]).count == 100)
        #expect(transport.requests.allSatisfy { $0.headers["If-Match"] == nil })
    }

    @Test func `a lost connection costs a part of a part`() async throws {
        server.state.withLock { $0.losses = [2, 3] }
        let files = try files()
        #expect(try await files.all(of: try await files.entries()[0]) == (0..<100).map { UInt8($0) })
        #expect(
            transport.requests.map { $0.headers["Range"] ?? "" } == [
                "bytes=0-29", "bytes=30-59", "bytes=30-44", "bytes=30-36", "bytes=37-66", "bytes=67-96", "bytes=97-99",
            ]
        )
    }

    @Test func `a connection that is lost again and again is a transient failure`() async throws {
        server.state.withLock { $0.losses = Set(1...10) }
        let error = await #expect(throws: StageFailure.self) { try await files().entries() }
        #expect(error?.isTransient == true)
        #expect(transport.requests.count == 4)
    }

    @Test(arguments: [[1: 0], [2: 0], [2: 10], [4: 0], [4: 3], [2: 0, 3: 0, 4: 0]])
    func `an answer that ends too early is no end of the file`(cuts: [Int: Int]) async throws {
        server.state.withLock { $0.cuts = cuts }
        let files = try files()
        #expect(try await files.all(of: try await files.entries()[0]) == (0..<100).map { UInt8($0) })
    }

    @Test(arguments: [true, false])
    func `answers that end too early again and again are a transient failure`(sendsParts: Bool) async throws {
        let files = try files()
        let entry = try await files.entries()[0]
        server.state.withLock { state in
            state.sendsParts = sendsParts
            for number in 2...10 { state.cuts[number] = sendsParts ? 0 : 40 }
        }
        let error = await #expect(throws: StageFailure.self) { try await files.all(of: entry) }
        #expect(error?.isTransient == true)
        #expect(error?.diagnostic.code == HTTPFailure.Kind.truncated.code)
        #expect(transport.requests.count == 5)
    }

    @Test(arguments: [true, false])
    func `a file that has become shorter was changed`(sendsParts: Bool) async throws {
        server.state.withLock { $0.tag = nil }
        let files = try files()
        let entry = try await files.entries()[0]
        server.state.withLock { ($0.bytes, $0.sendsParts) = (Array($0.bytes[..<30]), sendsParts) }
        let error = await #expect(throws: StageFailure.self) { try await files.all(of: entry) }
        #expect(error?.diagnostic.code == "file.changed")
    }

    @Test(arguments: [
        (404, "the server has no such file (404)", false), (403, "the server refuses access (403)", false),
        (429, "the server asks for fewer requests (429)", true), (503, "the server is busy or down (503)", true),
        (302, "the server answered with the status 302, and not with the file", false),
    ])
    func `other answers are errors`(status: Int, words: String, isTransient: Bool) async throws {
        server.state.withLock { $0.status = status }
        let error = await #expect(throws: (any Error).self) { try await files().entries() }
        let failure = error as? StageFailure
        #expect((failure?.diagnostic ?? error as? Diagnostic)?.message == words)
        #expect((failure?.isTransient ?? false) == isTransient)
    }

    @Test func `an answer with another part is not used`() async throws {
        let files = try files()
        let entry = try await files.entries()[0]
        server.state.withLock { $0.shift = 1 }
        let error = await #expect(throws: StageFailure.self) { try await files.all(of: entry) }
        #expect(error?.diagnostic.code == "http.range")
    }

    @Test func `a packed file is unpacked on its way`() async throws {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        server.state.withLock { $0.bytes = PackedBytes.gzip(bytes) }
        let files = try InputFiles(
            InputPatterns([try InputPattern(address)]),
            in: Bench(transport: transport).context,
            webPartSize: 10_000
        )
        let entry = try await files.entries()[0]
        #expect(try await files.all(of: entry) == bytes)
        #expect(try await files.all(of: entry, from: 70_000) == Array(bytes[70_000...]))
    }

    @Test func `the version is the fingerprint`() async throws {
        let before = try await files().fingerprint
        #expect(try await files().fingerprint == before)
        server.state.withLock { $0.tag = "\"two\"" }
        #expect(try await files().fingerprint != before)
    }
}
