/// The path of an output, with placeholders that the run fills in.
///
/// `{name}` is the pipeline's name; `{date}` and `{time}` are the run's start in local time (`2026-11-23`, `143000`);
/// `{run}` is its identity; `{part}` is the number of the file if a sink writes several; `{partition}` is the part of
/// the records that the run covers, such as `2of8`, or `1of1` for all.
public struct OutputPath: OptionValue, Hashable, ExpressibleByStringLiteral {
    /// The path as written.
    public let pattern: String

    /// Allows writing a default as a string.
    public init(stringLiteral pattern: String) { self.pattern = pattern }
    /// Creates the path of a file that the plugin writes; it may contain placeholders such as `{date}`.
    public init(_ pattern: String) { self.pattern = pattern }

    /// In help and messages, the option expects a path.
    public static var shape: OptionShape { .path }

    /// Reads the path from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        pattern = try input.text(expected: Self.shape)
        if pattern.isEmpty || pattern.hasSuffix("/") {
            throw Diagnostic(
                "option.path",
                message: "the path does not name a file",
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

    /// The path as it is written in a pipeline file.
    public var literal: String { pattern.quoted }

    /// Whether it contains the date or time of the run's start, which depend on the machine's time zone.
    package var namesTime: Bool { pattern.contains("{date}") || pattern.contains("{time}") }

    /// The names of all placeholders.
    public static let placeholders = ["name", "date", "time", "run", "part", "partition"]

    /// The path of one file.
    ///
    /// - Parameters:
    ///   - run: The name of the run and when it began.
    ///   - part: The number of the file, from 1. If there are several and the pattern has no `{part}`, it is added
    ///     before the extension: `diary-02.csv`.
    ///   - parts: The number of files.
    /// - Returns: The pattern with all placeholders filled in.
    public func path(in run: RunIdentity, part: Int = 1, of parts: Int = 1) -> String {
        let digits = max(2, "\(parts)".count)
        let number = String(repeating: "0", count: max(0, digits - "\(part)".count)) + "\(part)"
        let path = filled([
            "name": run.pipeline, "date": run.date, "time": run.time, "run": run.id, "part": number,
            "partition": run.partition ?? "1of1",
        ])
        // Numbers that keep paths distinct are added before the extension if the pattern has no placeholder for them.
        var suffix = ""
        if let partition = run.partition, !pattern.contains("{partition}") { suffix += "-\(partition)" }
        if parts > 1, !pattern.contains("{part}") { suffix += "-\(number)" }
        guard !suffix.isEmpty else { return path }
        let name = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        // A leading dot makes a hidden file; it does not begin an extension.
        var stem = path[name...].dropFirst()
        // `films.csv.gz` is a CSV file that is compressed.
        for packed in [".gz", ".zst"] where stem.hasSuffix(packed) { stem = stem.dropLast(packed.count) }
        let dot = stem.lastIndex(of: ".") ?? stem.endIndex
        return path[..<dot] + suffix + path[dot...]
    }

    /// The pattern with each placeholder filled in once; braces in values are not filled in again.
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
