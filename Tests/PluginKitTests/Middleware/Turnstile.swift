import PluginKit
import PluginTestKit

/// What happened, in order.
final class Diary: Sendable {
    private let lines = Guarded<[String]>([])

    var entries: [String] { lines.withLock { $0 } }

    func note(_ line: String) { lines.withLock { $0.append(line) } }
}

/// A gate for pages that notes who comes and goes.
struct Turnstile: Gate {
    static let name = "turnstile"
    static let summary = "Notes who comes and goes."
    static let wraps = Set(CallKind.allCases)

    struct Options: OptionGroup { init() {} }

    let calls: Set<CallKind> = [.page]
    let time: any TimeSource = ManualTime()
    private let label: String
    private let diary: Diary
    private let isShut: Bool

    init(_ options: Options, in context: StageContext) { self.init("turnstile", Diary()) }

    init(_ label: String, _ diary: Diary, isShut: Bool = false) {
        self.label = label
        self.diary = diary
        self.isShut = isShut
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        diary.note("\(label) waits")
        defer { diary.note("\(label) done") }
        return try await next(call)
    }

    func enterAtOnce(_ kind: CallKind, at moment: Int64) -> GatePass? {
        if isShut { return nil }
        diary.note("\(label) in")
        return GatePass()
    }

    func leave(_ pass: GatePass, _ kind: CallKind, _ error: (any Error)?, at moment: Int64) {
        diary.note(error.map { "\(label) out: \(type(of: $0))" } ?? "\(label) out")
    }
}
