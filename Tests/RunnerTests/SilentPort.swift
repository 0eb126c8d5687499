import Foundation
import PluginKit
import Testing

/// A server that takes connections and never says anything.
final class SilentPort: Sendable {
    let number: Int
    private let descriptor: Int32
    private let open = Locked<[Int32]>([])

    /// Opens a port of its own.
    ///
    /// - Parameter isFull: Whether connections are not even taken: its queue is full.
    /// - Throws: An issue, where there is no port.
    init(isFull: Bool = false) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && listen(descriptor, isFull ? 0 : 64) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        try #require(isBound)
        number = Int(address.sin_port.byteSwapped)
        guard isFull else {
            Thread.detachNewThread { [open] in
                while case let peer = accept(descriptor, nil, nil), peer >= 0 { open.withLock { $0.append(peer) } }
            }
            return
        }
        // A queue of length 0 holds one; the kernel lets those after it wait without an answer.
        for _ in 0..<4 {
            let peer = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(peer, $0, length) }
            }
            open.withLock { $0.append(peer) }
        }
    }

    /// How many have come.
    var connections: Int { open.withLock { $0.count } }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
        for peer in open.withLock({ $0 }) { close(peer) }
    }
}
