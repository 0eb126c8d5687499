/// An answer of a Redis server (RESP2: https://redis.io/docs/latest/develop/reference/protocol-spec).
public enum RedisValue: Sendable, Hashable {
    /// A status, such as `OK`.
    case status(String)
    /// An error of the server; the first word is its kind: `NOSCRIPT No matching script.`
    case error(String)
    /// An integer.
    case integer(Int64)
    /// Bytes: a bulk string.
    case bytes([UInt8])
    /// Null, such as the value of a key that does not exist.
    case null
    /// An array of values.
    case array([RedisValue])

    /// The text of a status or of bytes; nil for other kinds.
    public var text: String? {
        switch self {
        case .status(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        default: nil
        }
    }
}
