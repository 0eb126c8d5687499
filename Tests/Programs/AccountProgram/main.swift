// A process that renews a sign-in, to Trakt or to a service that keeps to the standards, with others at the same time. The
// server is a file that all of them share: a line for each refresh token that was sent.
//
// usage: AccountProgram FOLDER trakt|films. It waits for a line on standard input, renews, and says which token it has.

import Accounts
import Diagnostics
import Formats
import Glibc
import PluginKit
import TraktSource

func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    write(1, bytes, bytes.count)
}

/// A server whose memory is a file: the n-th refresh token is called `refresh-n`.
struct FileServer: HTTPTransport {
    let log: String

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let text = String(decoding: request.body, as: UTF8.self)
        let form: JSONValue? = text.hasPrefix("{") ? try JSONValue(parsing: request.body, name: "request") : nil
        let fields = text.split(separator: "&").filter { $0.hasPrefix("refresh_token=") }
        let token = form?["refresh_token"]?.string ?? fields.first.map { String($0.dropFirst(14)) } ?? ""
        let descriptor = open(log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let line = Array((token + "\n").utf8)
        write(descriptor, line, line.count)
        // Long enough for another process to ask the same.
        try await SystemTime().sleep(until: SystemTime().now + .milliseconds(100))
        guard token == "refresh-1" else { return HTTPResponse(status: 400) }
        let body = """
            {"access_token":"access-2","refresh_token":"refresh-2","expires_in":604800,"created_at":\(time(nil))}
            """
        return HTTPResponse(status: 200, body: Array(body.utf8))
    }
}

let folder = CommandLine.arguments.dropFirst().first ?? ""
let clock = SystemTime()
let name = CommandLine.arguments.last ?? ""
let films = OAuthService(
    name: "films",
    title: "Films",
    variables: OAuthVariables(id: "FILMS_ID", secret: nil, token: "FILMS_TOKEN"),
    device: try HTTPURL("https://auth.films.test/device"),
    token: try HTTPURL("https://auth.films.test/token")
)
let session = OAuthSession(
    name == "films" ? films : TraktSignIn.service(),
    settings: OAuthSession.Settings(),
    environment: [:],
    http: HTTPClient(FileServer(log: "\(folder)/server.log")),
    time: clock,
    clock: WallClock(clock),
    store: CredentialStore(service: name, folder: "\(folder)/sprocket")
)
do {
    let old = try await session.token()
    say("ready")
    while true {
        let byte = getchar()
        if byte == EOF || byte == Int32(UInt8(ascii: "\n")) { break }
    }
    if let old {
        say(try await session.token(replacing: old)?.revealed ?? "nobody")
    } else {
        say("nobody")
    }
} catch let problem as Diagnostic {
    say(problem.rendered())
} catch {
    say("\(error)")
}
