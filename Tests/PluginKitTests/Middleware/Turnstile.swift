import PluginKit
import PluginTestKit

/// What happened, in order.
final class Diary: Sendable {
    private let lines = Locked<[String]>([])

    var entries: [String] { lines.withLock { $0 } }

    func note(_ line: String) { lines.withLock { $0.append(line) } }
}

/// A layer around pages that notes who comes and goes.
struct Turnstile: Middleware {
    static let name = "turnstile"
    static let summary = "Notes who comes and goes."
    static let wraps = Set(CallKind.allCases)

    struct Options: OptionGroup { init() {} }

    let calls: Set<CallKind> = [.page]
    private let label: String
    private let diary: Diary

    init(_ options: Options, in context: StageContext) { self.init("turnstile", Diary()) }

    init(_ label: String, _ diary: Diary) {
        self.label = label
        self.diary = diary
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        diary.note("\(label) in")
        do {
            let answer = try await next(call)
            diary.note("\(label) out")
            return answer
        } catch {
            diary.note("\(label) out: \(type(of: error))")
            throw error
        }
    }
}
