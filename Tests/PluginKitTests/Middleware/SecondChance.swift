import PluginKit
import PluginTestKit

/// Makes a failed call once more, and notes it.
struct SecondChance: Middleware {
    static let name = "second-chance"
    static let summary = "Makes a failed call once more."
    static let wraps = Set(CallKind.allCases)

    struct Options: OptionGroup { init() {} }

    private let label: String
    private let diary: Diary

    init(_ options: Options, in context: StageContext) { self.init("chance", Diary()) }

    init(_ label: String, _ diary: Diary) {
        self.label = label
        self.diary = diary
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        do {
            return try await next(call)
        } catch {
            diary.note("\(label) once more after \(type(of: error))")
            return try await next(call)
        }
    }
}
