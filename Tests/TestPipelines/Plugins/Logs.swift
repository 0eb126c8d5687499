internal import InputFiles
package import PluginKit

/// Files of numbers, one in a line, each file a page: a source that finds out by itself what is new.
package struct Logs: Source {
    package static let name = "logs"
    package static let summary = "Files of numbers."
    package static let isCacheable = false

    package struct Options: OptionGroup {
        @Option("The files.") var path: InputPatterns
        package init() {}
    }

    private let files: InputFiles

    package init(_ options: Options, in context: StageContext) throws {
        files = try InputFiles(options.path, in: context, allowsNone: true)
    }

    package var declared: Description? { Description(["n": .integer], findsNews: files.canFindNews) }
    package func describe() -> Description { Description(["n": .integer], findsNews: files.canFindNews) }
    package var fingerprint: String? { get async { await files.fingerprint } }
    package var revision: String? { get async { await files.revision() } }
    package func news(since bookmark: [UInt8]?) async throws -> News? { try await files.news(since: bookmark) }

    package func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) async throws -> Next<Int> {
        let entries = try await files.entries(for: request, isStart: cursor == nil)
        guard entries.count > cursor ?? 0 else { return .end }
        let entry = entries[cursor ?? 0]
        let bytes = try await files.open(entry, at: entry.start?.offset ?? 0)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 1)
        defer { buffer.deallocate() }
        var text: [UInt8] = []
        while case let got = try await bytes.read(into: buffer), got > 0 { text += buffer[..<got] }
        for line in text.split(separator: 10) {
            batch.append([.integer(Int64(String(decoding: line, as: UTF8.self)) ?? -1)])
        }
        return .at((cursor ?? 0) + 1)
    }
}
