internal import Diagnostics
internal import Glibc

/// Where the program writes: results to standard output, everything else to standard error.
struct Terminal: Sendable {
    /// What is to be the one JSON object on standard output; nil if results are for people.
    private let answer: JSONAnswer?
    /// Whether only what is wrong is said.
    let isQuiet: Bool
    /// Whether standard error is a terminal that a progress line can live on.
    let isInteractive: Bool
    private let style: Diagnostic.Style

    /// Whether results and findings are JSON.
    var isJSON: Bool { answer != nil }

    /// The terminal as far as it can be known before the arguments are taken apart, for what is wrong with them.
    ///
    /// - Parameter answer: What is to be the JSON object of the command; nil if results are for people.
    init(_ answer: JSONAnswer?) {
        self.init(answer, isQuiet: false, colour: nil)
    }

    private init(_ answer: JSONAnswer?, isQuiet: Bool, colour: String?) {
        self.answer = answer
        self.isQuiet = isQuiet
        let isTerminal = isatty(2) == 1
        isInteractive = isTerminal && getenv("TERM").map { String(cString: $0) != "dumb" } ?? false
        var size = winsize()
        let columns = ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 100
        let isColoured =
            switch colour {
            case "always": true
            case "never": false
            default: isInteractive && getenv("NO_COLOR") == nil
            }
        style = Diagnostic.Style(width: columns, isColoured: isColoured)
    }

    /// The terminal as the arguments want it.
    func with(_ arguments: Arguments) -> Terminal {
        // What looked like the flag may have been the value of another one.
        if !arguments.has("json") { answer?.withdraw() }
        return Terminal(
            arguments.has("json") ? answer : nil,
            isQuiet: arguments.has("q"),
            colour: arguments["color"]
        )
    }

    /// How many columns there are.
    var width: Int { style.width }

    /// Writes a result on standard output: as text for people, or as the `result` of the JSON object.
    ///
    /// - Parameters:
    ///   - text: The text, without a line feed at its end.
    ///   - json: The same as a JSON value.
    func result(_ text: @autoclosure () throws -> String, json: @autoclosure () throws -> String) rethrows {
        if let answer { answer.set(Array(try json().utf8)) } else { Self.write(try text() + "\n", to: 1) }
    }

    /// Sets the `result` of the JSON object.
    ///
    /// - Parameter json: A JSON value.
    func answer(_ json: [UInt8]) { answer?.set(json) }

    /// Writes bytes of a result for people, on standard output.
    func result(_ bytes: [UInt8]) { Self.write(bytes, to: 1) }

    /// Says something, on standard error.
    func say(_ text: String) {
        if !isQuiet { Self.write(text + "\n", to: 2) }
    }

    /// Tells the person what they have to do, on standard error, however quiet the program is to be.
    func tell(_ text: String) { Self.write(text + "\n", to: 2) }

    /// Redraws the last line of standard error; an empty text removes it.
    func redraw(_ text: String) { Self.write("\r\u{1B}[K" + text, to: 2) }

    /// Reports a finding, on standard error.
    func report(_ diagnostic: Diagnostic) {
        answer?.add(diagnostic)
        if isQuiet, diagnostic.severity == .note { return }
        Self.write(isJSON ? FindingJSON.line(diagnostic) : diagnostic.rendered(style) + "\n", to: 2)
    }

    /// Reports findings, on standard error.
    func report(_ findings: DiagnosticList) {
        for finding in findings { report(finding) }
    }

    private static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    /// Writes bytes to a stream of the program.
    ///
    /// - Returns: The number of the system's error if not all of them could be written; nil if they were.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let wrote = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if wrote > 0 {
                rest = rest.dropFirst(wrote)
            } else if wrote < 0, errno == EAGAIN {
                // Another program has made the stream one that does not wait.
                var one = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&one, 1, 1000)
            } else if wrote == 0 || errno != EINTR {
                // A reader that has gone away is no reason to fail: the work itself does not depend on it.
                return wrote == 0 ? EIO : errno
            }
        }
        return nil
    }
}
