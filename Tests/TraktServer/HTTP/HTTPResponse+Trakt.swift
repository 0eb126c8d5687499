internal import Formats
internal import HTTP

extension HTTPResponse {
    /// An answer with a body of bytes.
    init(_ status: Int, _ body: [UInt8] = [], type: String = "application/json; charset=utf-8") {
        self.init(status: status, headers: ["Content-Type": type], body: body)
    }

    /// An answer with JSON.
    init(_ status: Int, json: JSONValue) {
        var writer = JSONWriter()
        writer.write(json)
        self.init(status, writer.bytes)
    }

    /// A page of the network in front of Trakt, not of Trakt.
    static func html(_ status: Int, _ title: String) -> HTTPResponse {
        let page = "<!DOCTYPE html>\n<html><head><title>\(title)</title></head><body><h1>\(title)</h1></body></html>\n"
        var response = HTTPResponse(status, Array(page.utf8), type: "text/html; charset=UTF-8")
        response.headers["Server"] = "cloudflare"
        return response
    }

    /// Sets a header, once.
    mutating func set(_ name: String, _ value: String) { headers[name] = value }

    /// Removes headers by their names in lower case.
    mutating func remove(where isGone: (String) -> Bool) {
        headers = HTTPHeaders(headers.fields.filter { !isGone($0.name.lowercased()) })
    }
}
