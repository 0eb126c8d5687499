internal import Diagnostics
internal import Formats
internal import PluginKit
internal import StandardCache

/// The cached answers, or those that were deleted, as text and as JSON.
struct CacheListing {
    private let file: CacheFile
    private let contents: [CacheFile.Content]
    /// Now, in milliseconds since 1970-01-01T00:00:00Z.
    private let now: Int64
    /// Whether the answers were deleted.
    private let isCleared: Bool
    /// Whether the file was deleted too.
    private let isRemoved: Bool

    /// The cached answers.
    init(_ file: CacheFile, contents: [CacheFile.Content], at now: Int64) {
        self.file = file
        self.contents = contents
        self.now = now
        isCleared = false
        isRemoved = false
    }

    /// The deleted answers.
    init(_ file: CacheFile, deleted: CacheFile.Cleared, at now: Int64) {
        self.file = file
        contents = deleted.contents
        self.now = now
        isCleared = true
        isRemoved = deleted.isRemoved
    }

    private var entries: Int { contents.reduce(0) { $0.adding(clamped: $1.entries) } }
    private var bytes: Int { contents.reduce(0) { $0.adding(clamped: $1.bytes) } }

    var text: String {
        if contents.isEmpty, isRemoved { return "\(file.path): deleted; its contents cannot be determined" }
        if contents.isEmpty { return isCleared ? "nothing to delete" : "the cache is empty" }
        var table = TextTable(numbers: [2, 3, 4])
        for content in contents {
            let uses = content.given.adding(clamped: content.fetched)
            let ages = content.newest.map { newest in
                "from \(age(newest)) to \(age(content.oldest ?? newest)) old"
            }
            table.append(
                content.subject.pipeline,
                content.subject.plugin,
                Self.answers(content.entries),
                content.bytes.byteText,
                isCleared ? "" : "found \(content.given.grouped) of \(uses.counted("time"))",
                isCleared ? "" : ages ?? ""
            )
        }
        let head =
            isCleared
            ? "\(file.path): deleted \(Self.answers(entries)), \(bytes.byteText)\(isRemoved ? " with the file" : "")"
            : "\(file.path): \(Self.answers(entries)), \(bytes.byteText) in a file of \(file.bytes.byteText)"
        return VisibleText.lines([head] + table.lines(indent: 2))
    }

    private static func answers(_ count: Int) -> String { count.counted("answer") }

    /// How long ago a time was.
    private func age(_ time: Int64) -> String {
        let (age, overflows) = now.subtractingReportingOverflow(time)
        return Duration.milliseconds(overflows ? 0 : max(0, age)).shortText
    }

    var json: String {
        JSONResult.object { json in
            json.member("path", value: file.path)
            if !isCleared { json.member("fileBytes", value: file.bytes) }
            json.member(isCleared ? "deleted" : "entries", value: entries)
            json.member("bytes", value: bytes)
            if isRemoved { json.member("fileRemoved", value: true) }
            json.key("contents")
            json.array { json in
                for content in contents {
                    json.object { json in
                        json.member("pipeline", value: content.subject.pipeline)
                        json.member("plugin", value: content.subject.plugin)
                        json.member("entries", value: content.entries)
                        json.member("bytes", value: content.bytes)
                        json.member("hits", value: content.given)
                        json.member("fetched", value: content.fetched)
                        if let oldest = content.oldest {
                            json.member("oldest", value: ISO8601.text(ofMilliseconds: oldest))
                        }
                        if let newest = content.newest {
                            json.member("newest", value: ISO8601.text(ofMilliseconds: newest))
                        }
                    }
                }
            }
        }
    }
}
