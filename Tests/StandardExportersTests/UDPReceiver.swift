import Glibc
import PluginKit

/// A port of this machine that takes UDP messages.
///
/// On the loopback, a message has arrived when sending it has returned.
final class UDPReceiver: Sendable {
    let port: Int
    private let descriptor: Int32
    private let taken = Locked<[String]>([])

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var size: Int32 = 4 << 20
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard status else { throw Diagnostic("test.port", message: "no port") }
        port = Int(address.sin_port.byteSwapped)
    }

    deinit { close(descriptor) }

    /// All datagrams so far.
    var datagrams: [String] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count >= 0 else { return taken.withLock { $0 } }
            taken.withLock { $0.append(String(decoding: buffer[..<count], as: UTF8.self)) }
        }
    }

    /// What a server that adds up would have: counters and gauges by name.
    var totals: [String: Double] {
        var gauges: [String: Double] = [:]
        var totals: [String: Double] = [:]
        for line in datagrams.flatMap({ $0.split(separator: "\n") }) {
            let parts = line.split(separator: "|")
            guard parts.count >= 2, let colon = parts[0].firstIndex(of: ":"),
                let value = Double(parts[0][parts[0].index(after: colon)...])
            else { continue }
            let name = String(parts[0][..<colon])
            if parts[1] == "c" { totals[name, default: 0] += value } else { gauges[name] = value }
        }
        return totals.merging(gauges) { $1 }
    }
}
