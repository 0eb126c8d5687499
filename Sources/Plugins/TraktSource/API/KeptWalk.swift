internal import PluginKit

/// The items on the pages of a walk, stored page by page: a resumed run compares what it reads with what was read
/// before.
///
/// Each page is stored before its records are delivered, so that no checkpoint covers a page whose items are not known.
struct KeptWalk: Sendable {
    private let kept: any StateValues
    private let key: String

    /// The stored walks of a stage over a part.
    init(_ part: String, of stage: String, in context: StageContext) {
        kept = context.kept
        key = "trakt walk \(stage) \(part)"
    }

    /// Starts a walk: stored items of earlier walks are no longer valid.
    ///
    /// - Returns: The number of the walk.
    func begin() async throws -> Int64 {
        let number = try await number() &+ 1
        var writer = StateWriter()
        writer.write(number)
        try await kept.keep(writer.bytes, as: key)
        return number
    }

    /// The number of the last walk that has started; 0 if none is known.
    func number() async throws -> Int64 {
        guard let bytes = try await kept.value(of: key) else { return 0 }
        var reader = StateReader(bytes)
        // A number that cannot be read is that of no walk.
        return (try? reader.readInteger()) ?? 0
    }

    /// The items of a page.
    struct Items: Sendable {
        let keys: [UInt64]
        /// Which of them had come before.
        let repeats: [Bool]
    }

    /// Stores the items of a page.
    func keep(_ items: Items, of page: Int, in walk: Int64, census: TraktCursor.Census) async throws {
        var writer = StateWriter()
        writer.write(walk)
        writer.write(bits: census.digest)
        writer.write(Int64(items.keys.count))
        for (key, isRepeat) in zip(items.keys, items.repeats) {
            writer.write(bits: key)
            writer.write(isRepeat ? 1 : 0)
        }
        try await kept.keep(writer.bytes, as: "\(key) \(page)")
    }

    /// The items of a page; nil if they are not known, or only from an earlier walk.
    func items(of page: Int, in walk: Int64, census: TraktCursor.Census) async throws -> Items? {
        guard let bytes = try await kept.value(of: "\(key) \(page)") else { return nil }
        var reader = StateReader(bytes)
        // Items that cannot be read count as never stored: the check at the end reports that the page is not known.
        guard let number = try? reader.readInteger(), number == walk,
            let digest = try? reader.readBits(), digest == census.digest,
            let count = try? reader.readCount()
        else { return nil }
        var keys: [UInt64] = []
        var repeats: [Bool] = []
        for _ in 0..<count {
            guard let key = try? reader.readBits(), let isRepeat = try? reader.readInteger() else { return nil }
            keys.append(key)
            repeats.append(isRepeat == 1)
        }
        return Items(keys: keys, repeats: repeats)
    }
}

extension TraktCursor.Census {
    /// A digest that distinguishes walks with different results.
    fileprivate var digest: UInt64 {
        var digest = Digest(state)
        for number in [pages, items ?? -1, limit] { digest.add(Int64(number)) }
        return digest.value
    }
}
