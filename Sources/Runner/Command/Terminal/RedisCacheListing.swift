internal import Diagnostics
internal import Formats
internal import StandardCache

/// What is kept of earlier answers on a Redis server, or was, for people and programs.
struct RedisCacheListing {
    private let contents: RedisContents
    private let amount: RedisContents.Amount
    /// Whether it is gone.
    private let isCleared: Bool

    init(_ contents: RedisContents, amount: RedisContents.Amount, isCleared: Bool = false) {
        self.contents = contents
        self.amount = amount
        self.isCleared = isCleared
    }

    var text: String {
        if amount.answers == 0 { return isCleared ? "there was nothing to forget" : "nothing is kept yet" }
        let answers = amount.answers.counted("answer")
        let size = amount.bytes.map { ", \($0.byteText)" } ?? ""
        return "\(contents.server), names with '\(contents.prefix)': \(isCleared ? "forgot " : "")\(answers)\(size)"
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
