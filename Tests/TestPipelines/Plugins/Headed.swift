package import PluginKit

/// Lines of words, the first of which names the columns: a source that has to look at its input before it reads.
package struct Headed: Source {
    package static let name = "headed"
    package static let summary = "Lines of words with a line of names above them."

    package struct Options: OptionGroup {
        @Option("The file.") var path: InputPath
        @Option("The columns, so that nobody has to look.") var columns: [ColumnName] = []
        @Option("How many lines make a page.", in: 1...1000) var page = 2
        @Option("Whether the file has a fingerprint.") var hasFingerprint = true
        package init() {}
    }

    private let options: Options
    private let stage: String

    package init(_ options: Options, in context: StageContext) {
        self.options = options
        stage = context.stage
        Trace.current?.note("\(stage) is made for \(context.run.id)")
    }

    package var declared: Description? {
        options.columns.isEmpty ? nil : Description(Self.schema(options.columns.map(\.name)))
    }

    package func describe() throws -> Description {
        if let declared { return declared }
        Trace.current?.note("\(stage) looks")
        return Description(Self.schema(try lines().first ?? []))
    }

    package func describe(_ contents: FileContents) -> Description? {
        contents.form == "lines" ? Description(contents.schema) : nil
    }

    package var fingerprint: String? {
        get throws { options.hasFingerprint ? "\(try lines().count)" : nil }
    }

    package func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) throws -> Next<Int> {
        let lines = try lines()
        let first = cursor ?? 1
        let end = max(first, min(first + options.page, lines.count))
        Trace.current?.note("\(stage) reads \(request.schema.names) at \(first)")
        let places = request.schema.names.map { name in lines.first?.firstIndex(of: name) }
        for line in lines[first..<end] {
            batch.append(
                places.map { place in place.flatMap { line.indices.contains($0) ? .text(line[$0]) : nil } ?? .null }
            )
        }
        return end < lines.count ? .at(end) : .end
    }

    private static func schema(_ names: [String]) -> Schema { Schema(names.map { Schema.Column($0, kind: .text) }) }

    private func lines() throws -> [[String]] {
        String(decoding: try InputFile(options.path.path).readAll(atMost: 10_000), as: UTF8.self)
            .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }
}
