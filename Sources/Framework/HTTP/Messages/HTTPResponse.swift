internal import Diagnostics

/// The response of a web server, complete and decompressed.
public struct HTTPResponse: Sendable, Hashable {
    /// The status code, such as 200.
    public var status: Int
    /// The header fields.
    public var headers: HTTPHeaders
    /// The body, decompressed; it has the length that the server announced.
    public var body: [UInt8]

    /// Creates a response, as transports and tests do.
    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension HTTPResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Status and header fields; secrets and the body, which may contain some, are omitted.
    public var description: String {
        ["\(status)", headers.description, body.isEmpty ? "" : "(\(body.count.counted("byte")))"]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The same text as `description`, so that debugging prints no secret.
    public var debugDescription: String { description }

    /// Empty: dumping a response shows only its description.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
