import Formats
import Glibc
import TraktServer

/// A client of a few lines, which knows nothing of Trakt: what it sees is what went over the wire.
final class RawClient {
    private let descriptor: Int32
    private var unread: [UInt8] = []

    /// What came back.
    struct Answer {
        var status = 0
        /// By names in lower case.
        var headers: [String: String] = [:]
        var body: [UInt8] = []
        /// Whether the body has the length that was promised, or its last chunk.
        var isWhole = true

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONValue? { try? JSONValue(parsing: body, name: "the answer") }
    }

    /// How a connection ended instead of an answer.
    enum Ending: Error { case closed, reset, silence, noAnswer }

    init(_ url: String) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = (UInt16(url.split(separator: ":").last ?? "") ?? 0).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw Ending.noAnswer }
    }

    deinit { close(descriptor) }

    /// The headers that Trakt wants.
    static func headers(_ more: [String: String?] = [:], token: String? = "test-access") -> [String: String] {
        var headers = [
            "Host": "localhost", "User-Agent": "test/1.0", "Content-Type": "application/json",
            "trakt-api-version": "2", "trakt-api-key": "test-client",
        ]
        if let token { headers["Authorization"] = "Bearer \(token)" }
        for (name, value) in more { headers[name] = value }
        return headers
    }

    /// A request with the headers that Trakt wants.
    func get(
        _ target: String,
        _ more: [String: String?] = [:],
        token: String? = "test-access",
        patience: Int32 = 5000
    ) throws -> Answer {
        try send("GET", target, Self.headers(more, token: token), [], patience: patience)
    }

    /// A request with JSON.
    func post(_ target: String, _ body: JSONValue) throws -> Answer {
        var writer = JSONWriter()
        writer.write(body)
        let headers = [
            "Host": "localhost", "Content-Type": "application/json", "Content-Length": "\(writer.bytes.count)",
        ]
        return try send("POST", target, headers, writer.bytes)
    }

    /// A request as it is.
    func send(
        _ method: String,
        _ target: String,
        _ headers: [String: String],
        _ body: [UInt8] = [],
        patience: Int32 = 5000
    ) throws -> Answer {
        let head = "\(method) \(target) HTTP/1.1\r\n" + headers.map { "\($0): \($1)\r\n" }.joined() + "\r\n"
        return try send(Array(head.utf8) + body, patience: patience)
    }

    /// Bytes as they are.
    func send(_ bytes: [UInt8], patience: Int32 = 5000) throws -> Answer {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Ending.closed }
            sent += count
        }
        return try receive(patience)
    }

    private func receive(_ patience: Int32) throws -> Answer {
        var answer = Answer()
        let lines = String(decoding: try head(patience), as: UTF8.self).split(separator: "\r\n")
        answer.status = lines.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            answer.headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        if answer.headers["transfer-encoding"] == "chunked" {
            answer.isWhole = try chunks(into: &answer.body, patience)
        } else if let count = answer.headers["content-length"].flatMap({ Int($0) }) {
            while unread.count < count, try more(patience) {}
            answer.body = Array(unread.prefix(count))
            answer.isWhole = unread.count >= count
            unread.removeFirst(answer.body.count)
        }
        return answer
    }

    private func head(_ patience: Int32) throws -> [UInt8] {
        while true {
            for index in unread.indices.dropLast(3) where unread[index...index + 3] == [13, 10, 13, 10] {
                defer { unread.removeFirst(index + 4) }
                return Array(unread[..<index])
            }
            guard try more(patience) else { throw Ending.closed }
        }
    }

    private func chunks(into body: inout [UInt8], _ patience: Int32) throws -> Bool {
        while true {
            var line: [UInt8]?
            while line == nil {
                if let end = unread.indices.dropLast().first(where: { unread[$0] == 13 && unread[$0 + 1] == 10 }) {
                    line = Array(unread[..<end])
                    unread.removeFirst(end + 2)
                } else {
                    guard try more(patience) else { return false }
                }
            }
            guard let count = Int(String(decoding: line ?? [], as: UTF8.self), radix: 16) else { return false }
            while unread.count < count + 2 { guard try more(patience) else { return false } }
            body += unread[..<count]
            unread.removeFirst(count + 2)
            if count == 0 { return true }
        }
    }

    /// Reads on; false at an orderly end.
    private func more(_ patience: Int32) throws -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&watched, 1, patience) > 0 else { throw Ending.silence }
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count >= 0 else { throw Ending.reset }
        unread += piece[..<count]
        return count > 0
    }
}
