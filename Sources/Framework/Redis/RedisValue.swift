/// What a Redis server answers (RESP2: https://redis.io/docs/latest/develop/reference/protocol-spec).
public enum RedisValue: Sendable, Hashable {
    /// A short text such as `OK`.
    case status(String)
    /// The server refuses a command; the first word says why: `NOSCRIPT No matching script.`
    case error(String)
    /// A number.
    case integer(Int64)
    /// Bytes.
    case bytes([UInt8])
    /// Nothing, such as the value of a key that is not there.
    case null
    /// Several values.
    case array([RedisValue])

    /// The text of a status or of bytes; nil for anything else.
    public var text: String? {
        switch self {
        case .status(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        default: nil
        }
    }
}
