import PluginKit

/// A layer that has one answer, and notes what it is asked.
struct Shelf: Middleware {
    static let name = "shelf"
    static let summary = "Has one answer."
    static let wraps: Set<CallKind> = [.page]
    static let needsIdentity = true

    struct Options: OptionGroup { init() {} }

    private let diary: Diary
    private let bytes: [UInt8]?

    init(_ options: Options, in context: StageContext) { self.init(nil, Diary()) }

    init(_ bytes: [UInt8]?, _ diary: Diary) {
        self.bytes = bytes
        self.diary = diary
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard let identity = call.identity else { return try await next(call) }
        diary.note("asked for \(identity.subject)")
        if let bytes, let answer = try? identity.decode(bytes) { return answer }
        return try await next(call)
    }
}
