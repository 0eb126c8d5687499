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
}
