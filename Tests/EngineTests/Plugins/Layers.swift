import PluginKit

/// Notes when a call goes in and comes out.
struct Watch: Middleware {
    static let name = "watch"
    static let summary = "Notes calls."
    static let wraps: Set<CallKind> = [.page, .batch, .write]

    struct Options: OptionGroup {
        @Option("What to note.") var label = "watch"
        @Option("Whether it cannot be made.") var broken = false
    }

    private let label: String

    init(_ options: Options, in context: StageContext) throws {
        if options.broken { throw Diagnostic("watch.broken", "this layer cannot be made", at: options.$broken) }
        label = options.label
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        Trace.current?.note("\(label) > \(call.stage) \(call.kind)")
        defer { Trace.current?.note("\(label) < \(call.stage) \(call.kind)") }
        return try await next(call)
    }
}

/// Makes every call three times and takes the last answer.
struct Again: Middleware {
    static let name = "again"
    static let summary = "Makes every call three times."
    static let wraps: Set<CallKind> = [.page, .batch, .write]

    init(_ options: NoOptions, in context: StageContext) {}

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        _ = try await next(call)
        _ = try await next(call)
        return try await next(call)
    }
}

/// Makes the call of a batch only when the clock shows a minute, whether it is cancelled meanwhile or not.
struct Belated: Middleware {
    static let name = "belated"
    static let summary = "Makes calls late."
    static let wraps: Set<CallKind> = [.batch]
    static let repeatsCalls = false
    private let time: any TimeSource

    init(_ options: NoOptions, in context: StageContext) { time = context.time }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        // Not the task that is cancelled.
        await Task.detached { [time] in try? await time.sleep(until: .seconds(60)) }.value
        do {
            let output = try await next(call)
            Trace.current?.note("made")
            return output
        } catch {
            Trace.current?.note("\(type(of: error))")
            throw error
        }
    }
}

/// A layer that does nothing but say what it is.
protocol Onlooker: Middleware where Options == NoOptions {
    init()
}

extension Onlooker {
    static var wraps: Set<CallKind> { [.page, .write] }

    init(_ options: NoOptions, in context: StageContext) { self.init() }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        try await next(call)
    }
}

/// Says that it makes calls again.
struct Insist: Onlooker {
    static let name = "insist"
    static let summary = "Says that it makes calls again."
    static let order: LayerOrder? = .repeat
}

/// Says that it lets so many calls in.
struct Admit: Onlooker {
    static let name = "admit"
    static let summary = "Says that it lets so many calls in."
    static let order: LayerOrder? = .admit
}

/// Turns every page into bytes and back, and notes what identifies it.
struct Press: Middleware {
    static let name = "press"
    static let summary = "Turns pages into bytes and back."
    static let wraps: Set<CallKind> = [.page]
    static let usesMemos = true

    init(_ options: NoOptions, in context: StageContext) {}

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        let answer = try await next(call)
        guard let memo = call.memo else {
            Trace.current?.note("no key")
            return answer
        }
        Trace.current?.note("page \(memo.key.text) of \(memo.subject)")
        return try memo.decode(memo.encode(answer))
    }
}
