internal import Diagnostics

/// The answer of a web server, whole and unpacked.
public struct HTTPResponse: Sendable, Hashable {
    /// The status code, such as 200.
    public var status: Int
    /// The header fields.
    public var headers: HTTPHeaders
    /// The body, unpacked; it is as long as the server said.
    public var body: [UInt8]

    /// Creates a response, as transports and tests do.
    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension HTTPResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Status and header fields; secrets and the body, which may hold some, are left out.
    public var description: String {
        ["\(status)", headers.description, body.isEmpty ? "" : "(\(body.count.counted("byte")))"]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The same text as `description`, so that debugging prints no secret.
    public var debugDescription: String { description }

    /// The description alone.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
