internal import HTTP

extension HTTPResponse {
    /// A text for people and simple programs.
    static func text(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: ["Content-Type": "text/plain; charset=utf-8"],
            body: Array(text.utf8)
        )
    }

    /// A JSON value.
    static func json(_ json: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: json)
    }

    /// A page for browsers.
    static func page(_ html: String) -> HTTPResponse {
        HTTPResponse(status: 200, headers: ["Content-Type": "text/html; charset=utf-8"], body: Array(html.utf8))
    }

    /// A profile that `go tool pprof` reads.
    static func profile(_ bytes: [UInt8], name: String) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            headers: [
                "Content-Type": "application/octet-stream",
                "Content-Disposition": "attachment; filename=\"\(name)\"",
            ],
            body: bytes
        )
    }

    /// Why there is no profile, in the form in which `go tool pprof` shows it.
    static func noProfile(_ reason: String, status: Int = 500) -> HTTPResponse {
        var response = text(reason + "\n", status: status)
        response.headers["X-Go-Pprof"] = "1"
        return response
    }
}
