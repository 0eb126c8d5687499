import Foundation
import PluginTestKit

/// A server that encrypts, with a certificate of the test's; Python's, so that the other side is not ours.
final class TLSServer {
    let folder: TemporaryFolder
    let port: Int
    private let process = Process()

    /// `/closed` ends properly, `/cut` and `/packed` without the notice that there is no more; others have a length.
    private static let script = """
        import gzip, os, socket, ssl, sys, threading
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1])
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        def end():
            sys.stdin.read()
            os._exit(0)
        threading.Thread(target=end, daemon=True).start()
        def serve(plain):
            try:
                secure = context.wrap_socket(plain, server_side=True)
                while True:
                    head = b""
                    while not head.endswith(b"\\r\\n\\r\\n"):
                        piece = secure.recv(65536)
                        if not piece: return
                        head += piece
                    path = head.split(b" ")[1]
                    if path in (b"/closed", b"/cut"):
                        secure.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n" + path)
                        (secure.unwrap() if path == b"/closed" else secure).close()
                        return
                    if path == b"/packed":
                        secure.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Encoding: gzip\\r\\n\\r\\n" + gzip.compress(b"hello, world"))
                        secure.close()
                        return
                    body = b"secure " + path
                    secure.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body)
            except OSError:
                pass
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """

    init(_ certificate: String) throws {
        folder = try TemporaryFolder()
        try folder.write(Certificates.authority + "\n", to: "authority.pem")
        try folder.write(certificate + "\n", to: "server.pem")
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.script, folder.path("server.pem")]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var digits = ""
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 {
            digits.unicodeScalars.append(Unicode.Scalar(byte))
        }
        port = Int(digits) ?? 0
    }

    deinit { process.terminate() }

    /// The environment of somebody who trusts the authority of the tests, and nobody else.
    var trust: [String: String] { ["SSL_CERT_FILE": folder.path("authority.pem")] }
}
