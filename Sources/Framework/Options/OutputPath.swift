/// Where to write, with placeholders that the run fills in.
///
/// `{name}` is the pipeline's name, `{date}` and `{time}` the run's start in local time (`2026-11-23`, `143000`),
/// `{run}` its identity, `{part}` the number of the part where a sink writes several files, `{partition}` which part of
/// the records the run is about: `2of8`, or `1of1` if about all.
public struct OutputPath: OptionValue, Hashable, ExpressibleByStringLiteral {
    /// The path as written.
    public let pattern: String

    /// A path written as a literal.
    public init(stringLiteral pattern: String) { self.pattern = pattern }
    /// Creates a path to a file that the plugin writes; it may have placeholders such as `{date}`.
    public init(_ pattern: String) { self.pattern = pattern }

    /// What can be written for it.
    public static var shape: OptionShape { .path }

    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        pattern = try input.text(expected: Self.shape)
        if pattern.isEmpty || pattern.hasSuffix("/") {
            throw Diagnostic(
                "option.path",
                message: "the path names no file",
                at: .text(input.range),
                hint: "such as \"exports/{name}.csv\""
            )
        }
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{") {
            rest = rest[open...]
            guard let close = rest.firstIndex(of: "}") else {
                throw Diagnostic(
                    "option.placeholder",
                    message: "a '{' is never closed",
                    at: .text(input.range),
                    hint: "placeholders: " + Self.placeholders.map { "{\($0)}" }.joined(separator: ", ")
                )
            }
            let name = String(rest[rest.index(after: open)..<close])
            if !Self.placeholders.contains(name) {
                throw Diagnostic(
                    "option.placeholder",
                    message: "there is no placeholder '{\(name)}'",
                    at: .text(input.range),
                    hint: hint(for: name, among: Self.placeholders)
                )
            }
            rest = rest[close...]
        }
    }

    /// The value as it would stand in a file.
    public var literal: String { pattern.quoted }

    /// Whether it has the day or the time of day at which the run begins, which are the machine's zone's.
    package var namesTime: Bool { pattern.contains("{date}") || pattern.contains("{time}") }

    /// The placeholders that there are.
    public static let placeholders = ["name", "date", "time", "run", "part", "partition"]

    /// The path of one file.
    ///
    /// - Parameters:
    ///   - run: What the run is called and when it began.
    ///   - part: The number of the file, from 1. Where there are several and the path has no `{part}`, it goes before
    ///     the extension: `diary-02.csv`.
    ///   - parts: How many files there are.
    /// - Returns: The pattern with everything filled in.
    public func path(in run: RunIdentity, part: Int = 1, of parts: Int = 1) -> String {
        let digits = max(2, "\(parts)".count)
        let number = String(repeating: "0", count: max(0, digits - "\(part)".count)) + "\(part)"
        let path = filled([
            "name": run.pipeline, "date": run.date, "time": run.time, "run": run.id, "part": number,
            "partition": run.partition ?? "1of1",
        ])
        // What would make several files one goes before the extension, where the pattern has no place for it.
        var suffix = ""
        if let partition = run.partition, !pattern.contains("{partition}") { suffix += "-\(partition)" }
        if parts > 1, !pattern.contains("{part}") { suffix += "-\(number)" }
        guard !suffix.isEmpty else { return path }
        let name = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        // A dot that begins the name hides the file; it begins no extension.
        let dot = path[name...].dropFirst().lastIndex(of: ".") ?? path.endIndex
        return path[..<dot] + suffix + path[dot...]
    }

    /// The pattern with each placeholder filled in once, so that a value with braces stays as it is.
    private func filled(_ values: [String: String]) -> String {
        var path = ""
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: open)..<close])
            path += rest[..<open] + (values[name] ?? String(rest[open...close]))
            rest = rest[rest.index(after: close)...]
        }
        return path + rest
    }
}
