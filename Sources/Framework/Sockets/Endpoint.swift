/// The address of a server.
public enum Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// A port of a machine, by host name or numeric address: `localhost`, `127.0.0.1`, `::1`.
    case port(Int, of: String)
    /// A Unix domain socket, for servers on the same machine.
    case file(String)

    /// The usual notation: `127.0.0.1:6379`, `[::1]:6379`, `/run/redis.sock`.
    public var description: String {
        switch self {
        case .port(let port, let host): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .file(let path): path
        }
    }
}
