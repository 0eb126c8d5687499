import Glibc
import Sockets
import TestTags
import Testing

@Suite(.tags(.waits)) struct DatagramSocketTests {
    @Test func `messages arrive, each by itself`() throws {
        let receiver = try Receiver()
        let socket = try DatagramSocket(to: .port(receiver.port, of: "127.0.0.1"), until: .never)
        for message in ["a:1|c", "b:2|g"] { #expect(socket.send(Array(message.utf8))) }
        #expect(receiver.next() == "a:1|c")
        #expect(receiver.next() == "b:2|g")
        #expect(socket.lostCount == 0)
        #expect(!socket.wasRefused())
    }

    @Test func `one message is enough to hear that nobody is there`() throws {
        let port = try Receiver().port
        let socket = try DatagramSocket(to: .port(port, of: "127.0.0.1"), until: .never)
        #expect(socket.send([65]))
        #expect(socket.wasRefused())
    }

    @Test func `a missing server is no error`() throws {
        let port = try Receiver().port
        let socket = try DatagramSocket(to: .port(port, of: "127.0.0.1"), until: .never)
        for _ in 1...100 { socket.send([1, 2, 3]) }
        #expect(socket.wasRefused())
        #expect(!socket.wasRefused())
        let receiver = try Receiver(port: port)
        #expect(socket.send([65]))
        #expect(receiver.next() == "A")
    }

    @Test func `what is too large is lost, and counted`() throws {
        let receiver = try Receiver()
        let socket = try DatagramSocket(to: .port(receiver.port, of: "127.0.0.1"), until: .never)
        #expect(!socket.send(Array(repeating: 65, count: 70_000)))
        #expect(socket.lostCount == 1)
    }

    @Test func `a burst is not waited for`() throws {
        let receiver = try Receiver()
        let socket = try DatagramSocket(to: .port(receiver.port, of: "127.0.0.1"), until: .never)
        let start = ContinuousClock.now
        for _ in 1...2000 { socket.send(Array(repeating: 65, count: 1400)) }
        #expect(ContinuousClock.now - start < .seconds(5))
        withExtendedLifetime(receiver) {}
    }
}

/// A UDP socket of this machine that is read, with nothing of what is tested.
private final class Receiver {
    private let number: Int32
    let port: Int

    init(port: Int = 0) throws {
        number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutableBytes(of: &address) { [number] raw in
            raw.withMemoryRebound(to: sockaddr.self) { address in
                bind(number, address.baseAddress, size) == 0 ? getsockname(number, address.baseAddress, &size) : -1
            }
        }
        try #require(status == 0)
        self.port = Int(address.sin_port.bigEndian)
    }

    deinit { close(number) }

    func next() -> String? {
        var bytes = [UInt8](repeating: 0, count: 2000)
        let count = recv(number, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
