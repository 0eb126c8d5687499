import HTTP
import PluginTestKit
import Sockets

/// A client that sends bytes and shows what comes.
struct WireClient: Sendable {
    let connection: Connection
    /// It ends with its last user.
    private let server: HTTPServer?

    init(_ server: HTTPServer, keeps: Bool = true) async throws {
        self.server = keeps ? server : nil
        connection = try await onOwnThread {
            try Connection(to: server.endpoint, until: Deadline(in: .seconds(20)))
        }
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws {
        try await onOwnThread { try connection.write(bytes, until: Deadline(in: .seconds(20))) }
    }

    /// All that comes until the end, or until the text has this end; without dates.
    func text(upTo end: String? = nil) async throws -> String {
        let bytes = try await onOwnThread {
            var bytes: [UInt8] = []
            while end.map({ !String(decoding: bytes, as: UTF8.self).hasSuffix($0) }) ?? true,
                try connection.read(into: &bytes, atMost: 1 << 16, until: Deadline(in: .seconds(20))) > 0
            {}
            return bytes
        }
        return String(decoding: bytes, as: UTF8.self).replacing(#/Date: [^\r]*\r\n/#, with: "")
    }

    func exchange(_ text: String) async throws -> String {
        try await send(text)
        return try await self.text()
    }
}
