internal import Diagnostics
internal import Formats
internal import Glibc

/// Where the program writes: results to standard output, everything else to standard error.
///
/// All text for people passes through `VisibleText` here, whatever its origin, so that no text controls the terminal.
struct Terminal: Sendable {
    /// The one JSON object for standard output; nil if results are text.
    private let answer: JSONAnswer?
    /// Whether only problems are printed.
    let isQuiet: Bool
    /// Whether standard error is a terminal that can show a progress line.
    let isInteractive: Bool
    private let style: Diagnostic.Style
    /// How lines on standard error are written.
    let log: LogFormat

    /// Whether results and findings are JSON.
    var isJSON: Bool { answer != nil }

    /// The terminal as far as it is known before the arguments are parsed, for errors in them.
    ///
    /// - Parameters:
    ///   - answer: The JSON object of the command; nil if results are text.
    ///   - log: How lines on standard error are written.
    init(_ answer: JSONAnswer?, log: LogFormat) {
        self.init(answer, log: log, isQuiet: false, colour: nil)
    }

    private init(_ answer: JSONAnswer?, log: LogFormat, isQuiet: Bool, colour: String?) {
        self.answer = answer
        self.log = log
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

    /// The terminal with the settings of the arguments.
    ///
    /// - Parameters:
    ///   - arguments: The arguments of the verb.
    ///   - log: The format of lines that they ask for.
    /// - Returns: The terminal.
    func with(_ arguments: Arguments, log: LogFormat) -> Terminal {
        // What looked like the flag may have been the value of another flag.
        if !arguments.has("json") { answer?.withdraw() }
        return Terminal(
            arguments.has("json") ? answer : nil,
            log: log,
            isQuiet: arguments.has("q"),
            colour: arguments["color"]
        )
    }

    /// The number of columns.
    var width: Int { style.width }

    /// Writes a result to standard output: as text, or as the `result` of the JSON object.
    ///
    /// - Parameters:
    ///   - text: The text, without a line feed at its end.
    ///   - json: The result as a JSON value.
    func result(_ text: @autoclosure () throws -> String, json: @autoclosure () throws -> String) rethrows {
        if let answer {
            answer.set(Array(try json().utf8))
        } else {
            Self.write(VisibleText.text(try text()) + "\n", to: 1)
        }
    }

    /// Sets the `result` of the JSON object.
    ///
    /// - Parameter json: A JSON value.
    func answer(_ json: [UInt8]) { answer?.set(json) }

    /// Writes bytes of a result that is JSON, on standard output.
    func result(json bytes: [UInt8]) { TerminalRoom.write(VisibleText.json(bytes), to: 1) }

    /// Prints a line to standard error.
    func say(_ line: String) {
        if !isQuiet { tell(line) }
    }

    /// Prints several lines to standard error.
    func say(lines text: String) {
        guard !isQuiet else { return }
        guard log == .json else { return Self.write(VisibleText.text(text) + "\n", to: 2) }
        for line in text.split(separator: "\n") { tell(String(line)) }
    }

    /// Prints an event to standard error, if lines are JSON; otherwise the caller prints it in its own form.
    func log(_ line: @autoclosure () -> LogLine) {
        if log == .json, !isQuiet { Self.write(line().text(), to: 2) }
    }

    /// Prints a line that the user has to act on to standard error, even with `-q`.
    func tell(_ line: String) {
        Self.write(
            log == .json ? LogLine("message", message: line).text() : VisibleText.line(line) + "\n",
            to: 2
        )
    }

    /// Redraws the last line of standard error; an empty text removes it.
    func redraw(_ text: String) { Self.write("\r\u{1B}[K" + VisibleText.line(text), to: 2) }

    /// Reports a finding on standard error.
    func report(_ diagnostic: Diagnostic) {
        answer?.add(diagnostic)
        if isQuiet, diagnostic.severity == .note { return }
        Self.write(text(of: diagnostic) ?? diagnostic.rendered(style) + "\n", to: 2)
    }

    /// Reports findings, on standard error; at most 100, and how many more there are.
    ///
    /// - Parameters:
    ///   - findings: The findings; if only some are printed, errors come before others.
    ///   - most: The most findings to print.
    /// - Returns: The number of findings printed.
    @discardableResult
    func report(_ findings: DiagnosticList, atMost most: Int = JSONAnswer.mostFindings) -> Int {
        let (printed, more) = findings.toPrint(atMost: most)
        for finding in printed { report(finding) }
        if more > 0 { report(moreFindings: more) }
        return printed.count
    }

    /// Prints the number of findings that are left out to standard error; the JSON object has it as `moreFindings`.
    private func report(moreFindings count: Int) {
        let words = "and \(count.inGroups) more finding\(count == 1 ? "" : "s")"
        answer?.add(moreFindings: count)
        let finding = Diagnostic("command.more-findings", message: words, category: .usage, severity: .warning)
        Self.write(text(of: finding) ?? words + "\n", to: 2)
    }

    /// A finding as a line of JSON; nil if lines are text.
    private func text(of finding: Diagnostic) -> String? {
        log == .json ? LogLine(finding).text() : isJSON ? FindingJSON.line(finding) : nil
    }

    private static func write(_ text: String, to descriptor: Int32) {
        TerminalRoom.write(Array(text.utf8), to: descriptor)
    }
}
