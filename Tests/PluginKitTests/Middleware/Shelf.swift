import PluginKit

/// A layer that has one answer at hand, and notes what it is asked.
struct Shelf: AnswerKeeper {
    static let name = "shelf"
    static let summary = "Has one answer at hand."
    static let wraps: Set<CallKind> = [.page]
    static let usesMemos = true

    struct Options: OptionGroup { init() {} }

    private let diary: Diary
    private let bytes: [UInt8]?

    init(_ options: Options, in context: StageContext) { self.init(nil, Diary()) }

    init(_ bytes: [UInt8]?, _ diary: Diary) {
        self.bytes = bytes
        self.diary = diary
    }

    func giveAtOnce(_ key: CacheKey, of subject: String, _ take: ([UInt8]) -> Bool) -> Bool {
        diary.note("asked for \(subject)")
        guard let bytes else { return false }
        return take(bytes)
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        diary.note("handles")
        return try await next(call)
    }
}
