internal import PluginKit

/// A part of a file that a web server has.
struct WebPart: Sendable {
    /// The offset of the first byte.
    let start: Int
    /// The bytes.
    let bytes: [UInt8]
    /// Whether the server sends whole files only, so that this is all of it.
    let isWhole: Bool
    let version: WebVersion

    private init(start: Int, bytes: [UInt8], isWhole: Bool, version: WebVersion) {
        self.start = start
        self.bytes = bytes
        self.isWhole = isWhole
        self.version = version
    }

    /// Nothing of the same version.
    init(releasing part: WebPart) { self.init(start: 0, bytes: [], isWhole: false, version: part.version) }

    /// Reads the answer to a request for a range.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - offset: Where the requested range begins.
    ///   - name: The address, for messages.
    ///   - known: The version of which earlier parts are; nil for the first part.
    /// - Throws: `StageFailure.sourceChanged` if it is another version; `StageFailure.transient` for a busy server;
    ///   `http.status`, `http.range`.
    init(_ response: HTTPResponse, at offset: Int, of name: String, knowing known: WebVersion?) throws {
        let version = WebVersion(response)
        switch response.status {
        case 200, 206:
            if let known, response.status == 200, let size = known.size, response.body.count < size,
                version.isStated(by: known)
            {
                throw Self.cutOff(name, words: "\(response.body.count.inGroups) of \(size.counted("byte")) came")
            }
            if let known, let words = version.difference(from: known) { throw Self.changed(name, words: words) }
        case 412:
            throw Self.changed(name, words: "the server has no such version any more")
        case 416:
            // The file is empty, or ends just here.
            guard (known?.size ?? version.size ?? 0) == offset, version.size ?? offset == offset else {
                throw Self.changed(name, words: "it ends before byte \(offset.inGroups)")
            }
            let end = WebVersion(tag: version.tag, modified: version.modified, size: offset)
            self.init(start: offset, bytes: [], isWhole: false, version: end)
            return
        default:
            throw Self.failure(response, name: name)
        }
        guard response.status == 206 else {
            self.init(start: 0, bytes: response.body, isWhole: true, version: version)
            return
        }
        guard let range = WebVersion.range(of: response), range.start == offset else {
            throw StageFailure.transient(
                Diagnostic(
                    "http.range",
                    message: "the server answered with another part of the file than was requested",
                    category: .environment,
                    at: .file(name)
                )
            )
        }
        // A part has bytes: at the end, there is the status 416, or a size that states it.
        guard !response.body.isEmpty || version.size == offset else {
            throw Self.cutOff(name, words: "nothing came from byte \(offset.inGroups) on")
        }
        self.init(start: offset, bytes: response.body, isWhole: false, version: version)
    }

    /// A part that ends before the file does is no end of it.
    private static func cutOff(_ name: String, words: String) -> StageFailure {
        .transient(
            Diagnostic(
                HTTPFailure.Kind.truncated.code,
                message: "the answer was cut off: \(words)",
                category: .environment,
                at: .file(name)
            )
        )
    }

    private static func changed(_ name: String, words: String) -> StageFailure {
        .sourceChanged(
            Diagnostic(
                "file.changed",
                message: "the file was changed while it was being read: \(words)",
                category: .environment,
                at: .file(name)
            )
        )
    }

    private static func failure(_ response: HTTPResponse, name: String) -> any Error {
        let status = response.status
        let isTransient = status == 429 || status == 408 || status >= 500
        let (words, hint): (String, String?) =
            switch status {
            case 404, 410: ("the server has no such file (\(status))", "correct the address")
            case 401, 403: ("the server refuses access (\(status))", "the address may have expired, or needs a sign-in")
            case 429: ("the server asks for fewer requests (429)", nil)
            case 500...: ("the server is busy or down (\(status))", "run it again later")
            default: ("the server answered with the status \(status), and not with the file", nil)
            }
        let diagnostic = Diagnostic(
            "http.status",
            message: words,
            category: .environment,
            at: .file(name),
            hint: hint
        )
        return isTransient
            ? StageFailure.transient(diagnostic, retryAfter: response.headers.retryAfter()) : diagnostic
    }
}
