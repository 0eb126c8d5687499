package import PluginKit

/// Notes when a call goes in and comes out.
package struct Watch: Middleware {
    package static let name = "watch"
    package static let summary = "Notes calls."
    package static let wraps: Set<CallKind> = [.page, .batch, .write]

    package struct Options: OptionGroup {
        @Option("What to note.") var label = "watch"
        @Option("Whether it cannot be made.") var broken = false
        package init() {}
    }

    private let label: String

    package init(_ options: Options, in context: StageContext) throws {
        if options.broken {
            throw Diagnostic("watch.broken", message: "this layer cannot be made", at: options.$broken)
        }
        label = options.label
    }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        Trace.current?.note("\(label) > \(call.stage) \(call.kind)")
        defer { Trace.current?.note("\(label) < \(call.stage) \(call.kind)") }
        return try await next(call)
    }
}

/// Makes every call three times and takes the last answer.
package struct Again: Middleware {
    package static let name = "again"
    package static let summary = "Makes every call three times."
    package static let wraps: Set<CallKind> = [.page, .batch, .write]

    package init(_ options: NoOptions, in context: StageContext) {}

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard call.isRepeatable else { return try await next(call) }
        _ = try await next(call)
        _ = try await next(call)
        return try await next(call)
    }
}

/// Makes the call of a batch only when the clock shows a minute, whether it is cancelled meanwhile or not.
package struct Belated: Middleware {
    package static let name = "belated"
    package static let summary = "Makes calls late."
    package static let wraps: Set<CallKind> = [.batch]
    private let time: any TimeSource

    package init(_ options: NoOptions, in context: StageContext) { time = context.time }

    package func handle<Input: Sendable, Output: Sendable>(
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
package protocol Onlooker: Middleware where Options == NoOptions {
    init()
}

extension Onlooker {
    package static var wraps: Set<CallKind> { [.page, .write] }

    package init(_ options: NoOptions, in context: StageContext) { self.init() }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        try await next(call)
    }
}

/// Says that it makes calls again.
package struct Insist: Onlooker {
    package static let name = "insist"
    package static let summary = "Says that it makes calls again."
    package static let order: LayerOrder? = .repeat
    package init() {}
}

/// Says that it lets so many calls in.
package struct Admit: Onlooker {
    package static let name = "admit"
    package static let summary = "Says that it lets so many calls in."
    package static let order: LayerOrder? = .admit
    package init() {}
}

/// Turns every page into bytes and back, and notes what identifies it.
package struct Press: Middleware {
    package static let name = "press"
    package static let summary = "Turns pages into bytes and back."
    package static let wraps: Set<CallKind> = [.page]
    package static let needsIdentity = true

    package init(_ options: NoOptions, in context: StageContext) {}

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        let answer = try await next(call)
        guard let identity = call.identity else {
            Trace.current?.note("no key")
            return answer
        }
        Trace.current?.note("page \(identity.key.text) of \(identity.subject)")
        return try identity.decode(identity.encode(answer))
    }
}
