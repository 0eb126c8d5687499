internal import Diagnostics
internal import Formats
internal import StandardCache

/// The cached answers on a Redis server, or those that were deleted, as text and as JSON.
struct RedisCacheListing {
    private let contents: RedisContents
    private let amount: RedisContents.Amount
    /// Whether the answers were deleted.
    private let isCleared: Bool

    init(_ contents: RedisContents, amount: RedisContents.Amount, isCleared: Bool = false) {
        self.contents = contents
        self.amount = amount
        self.isCleared = isCleared
    }

    var text: String {
        if amount.answers == 0 { return isCleared ? "nothing to delete" : "the cache is empty" }
        let answers = amount.answers.counted("answer")
        let size = amount.bytes.map { ", \($0.byteText)" } ?? ""
        return "\(contents.server), names with '\(contents.prefix)': \(isCleared ? "deleted " : "")\(answers)\(size)"
    }

    var json: String {
        JSONResult.object { json in
            json.member("server", value: contents.server)
            json.member("prefix", value: contents.prefix)
            json.member(isCleared ? "deleted" : "entries", value: amount.answers)
            if let bytes = amount.bytes { json.member("bytes", value: bytes) }
        }
    }
}
