import Foundation
import PluginTestKit

/// A server that encrypts, at a port for each certificate; Python's, so that the other side is not ours.
///
/// All tests have the same one, because starting it takes longer than they do. It ends with them.
final class TLSServer: Sendable {
    private let folder: TemporaryFolder
    private let ports: [Int]
    // Nobody uses it; while it is there, so is the pipe whose end the server waits for.
    private let process: Process

    static let shared = Result { try TLSServer() }

    /// `/closed` ends properly, `/cut` and `/packed` without the notice that there is no more; others have a length.
    private static let script = """
        import gzip, os, socket, ssl, sys, threading
        def serve(context, plain):
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
        def listen(context, listener):
            while True:
                threading.Thread(target=serve, args=(context, listener.accept()[0]), daemon=True).start()
        for certificate in sys.argv[1:]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            listener = socket.create_server(("127.0.0.1", 0))
            threading.Thread(target=listen, args=(context, listener), daemon=True).start()
            print(listener.getsockname()[1], flush=True)
        sys.stdin.read()
        os._exit(0)
        """

    private init() throws {
        folder = try TemporaryFolder()
        process = Process()
        try folder.write(Certificates.authority + "\n", to: "authority.pem")
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.script]
        for certificate in Certificate.allCases {
            try folder.write(certificate.text + "\n", to: "\(certificate).pem")
            process.arguments?.append(folder.path("\(certificate).pem"))
        }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var lines = ""
        while lines.count(where: \.isNewline) < Certificate.allCases.count,
            let byte = try output.fileHandleForReading.read(upToCount: 1)?.first
        {
            lines.unicodeScalars.append(Unicode.Scalar(byte))
        }
        ports = lines.split(whereSeparator: \.isNewline).compactMap { Int($0) }
    }

    /// Where a server with this certificate is.
    func origin(_ certificate: Certificate, host: String = "localhost") -> String {
        "https://\(host):\(ports[certificate.rawValue])"
    }

    /// The environment of somebody who trusts the authority of the tests, and nobody else.
    var trust: [String: String] { ["SSL_CERT_FILE": folder.path("authority.pem")] }
}
