import PluginKit
import Testing

@Suite struct MiddlewareStackTests {
    @Test func `the first layer is the outermost`() async throws {
        let stack = MiddlewareStack([Label("a"), Label("b"), Label("c")])
        let answer = try await stack.run(Call(.page, stage: "s", input: ">")) { input in input + "!" }
        #expect(answer == ">abc!CBA")
    }

    @Test(arguments: zip(CallKind.allCases, [false, true, false, true]))
    func `only layers that wrap a kind of call are asked`(kind: CallKind, isEmpty: Bool) {
        #expect(MiddlewareStack([Label("a")]).wrapping(kind).isEmpty == isEmpty)
    }

    @Test func `without layers the operation is called as it is`() async throws {
        let answer = try await MiddlewareStack().run(Call(.write, stage: "s", input: 3)) { $0 + 1 }
        #expect(answer == 4)
    }

    @Test func `a layer may repeat a call, and an error passes through`() async throws {
        let calls = Guarded(0)
        let stack = MiddlewareStack([Label("a", times: 3)])
        let answer = try await stack.run(Call(.page, stage: "s", input: "")) { input -> String in
            let number = calls.withLock { calls in
                calls += 1
                return calls
            }
            if number < 3 { throw CancellationError() }
            return "\(number)"
        }
        #expect(answer == "3A")
        await #expect(throws: CancellationError.self) {
            try await stack.run(Call(.page, stage: "s", input: "")) { _ -> String in throw CancellationError() }
        }
    }

    /// What a turnstile and what lies beside it note, in the order in which it happens.
    private static func noted(
        _ layers: (Diary) -> [any Middleware],
        _ operation: @escaping @Sendable (String) async throws -> String = { $0 }
    ) async -> [String] {
        let diary = Diary()
        let stack = MiddlewareStack(layers(diary))
        do {
            let answer = try await stack.run(Call(.page, stage: "s", input: ">")) { input in
                diary.note("made")
                return try await operation(input)
            }
            diary.note(answer)
        } catch {
            diary.note("\(type(of: error))")
        }
        return diary.entries
    }

    @Test func `gates let a call in from the outside and out from the inside`() async {
        let noted = await Self.noted { [Turnstile("a", $0), Turnstile("b", $0), Label("c"), Turnstile("d", $0)] }
        #expect(noted == ["a in", "b in", "d in", "made", "d out", "b out", "a out", ">cC"])
    }

    @Test func `a gate sees the error of a call that it has let in`() async {
        let noted = await Self.noted {
            [Turnstile("a", $0), Turnstile("b", $0)]
        } _: { _ in
            throw CancellationError()
        }
        #expect(
            noted == [
                "a in", "b in", "made", "b out: CancellationError", "a out: CancellationError", "CancellationError",
            ]
        )
    }

    @Test func `a gate that does not let a call in at once has it in its hands`() async {
        let noted = await Self.noted { [Turnstile("a", $0), Turnstile("b", $0, isShut: true), Turnstile("c", $0)] }
        #expect(noted == ["a in", "b waits", "c in", "made", "c out", "b done", "a out", ">"])
    }

    @Test func `a call that is repeated passes the gates inside again`() async {
        let noted = await Self.noted { [Label("x", times: 2), Turnstile("a", $0)] }
        #expect(noted == ["a in", "made", "a out", "a in", "made", "a out", ">xX"])
    }

    @Test(arguments: CallKind.allCases) func `a gate is asked only about the kinds that it wraps`(kind: CallKind)
        async throws
    {
        let diary = Diary()
        let stack = MiddlewareStack([Turnstile("a", diary)])
        let answer = try await stack.run(Call(kind, stage: "s", input: 1)) { $0 + 1 }
        #expect(answer == 2)
        #expect(diary.entries == (kind == .page ? ["a in", "a out"] : []))
    }
}
