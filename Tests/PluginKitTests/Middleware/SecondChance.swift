import PluginKit
import PluginTestKit

/// A gate that makes a failed call once more, notes it, and may have a limit of time.
struct SecondChance: Gate {
    static let name = "second-chance"
    static let summary = "Makes a failed call once more."
    static let wraps = Set(CallKind.allCases)

    struct Options: OptionGroup { init() {} }

    let time: any TimeSource
    let limit: TimeLimit?
    private let label: String
    private let diary: Diary

    init(_ options: Options, in context: StageContext) { self.init("chance", Diary()) }

    init(_ label: String, _ diary: Diary, time: any TimeSource = ManualTime(), limit: TimeLimit? = nil) {
        self.label = label
        self.time = time
        self.diary = diary
        self.limit = limit
    }

    func finish() async { limit?.finish() }

    func enterAtOnce(_ kind: CallKind, at moment: Int64) -> GatePass? {
        diary.note("\(label) in")
        return GatePass(moment: moment, number: 7)
    }

    func leave(_ pass: GatePass, _ kind: CallKind, _ error: (any Error)?, at moment: Int64) {
        diary.note(error.map { "\(label) out: \(type(of: $0))" } ?? "\(label) out")
    }

    func recovers(from error: any Error) -> Bool { !(error is CancellationError) }

    func recover<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        from error: any Error,
        _ pass: GatePass,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        diary.note("\(label) once more, \(pass.number)")
        return try await next(call)
    }
}
