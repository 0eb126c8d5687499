import PluginKit
import PluginTestKit
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
        let calls = Locked(0)
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

    /// What layers note, in the order in which it happens.
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

    @Test func `a call passes the layers from the outside to the inside, and its answer the other way`() async {
        let noted = await Self.noted { [Turnstile("a", $0), Turnstile("b", $0), Label("c"), Turnstile("d", $0)] }
        #expect(noted == ["a in", "b in", "d in", "made", "d out", "b out", "a out", ">cC"])
    }

    @Test func `a layer sees the error of a call that it has passed on`() async {
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

    @Test func `a call that is repeated passes the layers inside again`() async {
        let noted = await Self.noted { [Label("x", times: 2), Turnstile("a", $0)] }
        #expect(noted == ["a in", "made", "a out", "a in", "made", "a out", ">xX"])
    }

    /// An error that may be recovered from.
    private struct Broken: Error {}

    /// Fails so often, and then answers.
    private static func failing(_ times: Int) -> @Sendable (String) throws -> String {
        let left = Locked(times)
        return { input in
            let isOver = left.withLock { left in
                left -= 1
                return left < 0
            }
            guard isOver else { throw Broken() }
            return input
        }
    }

    @Test func `a layer that makes a call again makes it through what is inside, and nobody outside notices`() async {
        let noted = await Self.noted {
            [Turnstile("a", $0), SecondChance("b", $0), Turnstile("c", $0)]
        } _: {
            [fails = Self.failing(1)] in
            try fails($0)
        }
        #expect(
            noted == [
                "a in", "c in", "made", "c out: Broken", "b once more after Broken", "c in", "made", "c out", "a out",
                ">",
            ]
        )
    }

    @Test func `what a layer cannot recover from is the error of the layers outside`() async {
        let noted = await Self.noted {
            [SecondChance("a", $0), SecondChance("b", $0)]
        } _: { _ in
            throw Broken()
        }
        let inner = ["made", "b once more after Broken", "made"]
        #expect(noted == inner + ["a once more after Broken"] + inner + ["Broken"])
    }

    @Test(arguments: [1, 20, 300]) func `there may be any number of layers`(count: Int) async {
        let noted = await Self.noted { diary in (0..<count).map { Turnstile("\($0)", diary) } }
        let outside = (0..<count).map { "\($0) in" }
        #expect(noted == outside + ["made"] + (0..<count).reversed().map { "\($0) out" } + [">"])
    }

    /// What a layer has kept, and what comes of a call through it and a layer on either side.
    struct Kept: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]?
        var isIdentified = true
        let answer: UInt8
        let entries: [String]
    }

    @Test(arguments: [
        Kept(
            testDescription: "an answer",
            bytes: [7],
            answer: 7,
            entries: ["a in", "asked for films", "a out"]
        ),
        Kept(
            testDescription: "nothing",
            bytes: nil,
            answer: 1,
            entries: ["a in", "asked for films", "b in", "made", "b out", "a out"]
        ),
        Kept(
            testDescription: "bytes of no use",
            bytes: [],
            answer: 1,
            entries: ["a in", "asked for films", "b in", "made", "b out", "a out"]
        ),
        Kept(
            testDescription: "an answer to something else, for all that anybody knows",
            bytes: [7],
            isIdentified: false,
            answer: 1,
            entries: ["a in", "b in", "made", "b out", "a out"]
        ),
    ])
    func `an answer that a layer has is given inside of what is around it, and nothing is called`(
        _ item: Kept
    ) async throws {
        let diary = Diary()
        let stack = MiddlewareStack([Turnstile("a", diary), Shelf(item.bytes, diary), Turnstile("b", diary)])
        let identity = CacheIdentity<UInt8>(key: CacheKey("key"), subject: "films") {
            [$0]
        } decode: { bytes in
            guard let byte = bytes.first else { throw StateReader.damaged }
            return byte
        }
        let call = Call<Int, UInt8>(.page, stage: "s", input: 0, identity: item.isIdentified ? identity : nil)
        let answer = try await stack.run(call) { _ in
            diary.note("made")
            return 1
        }
        #expect(answer == item.answer)
        #expect(diary.entries == item.entries)
    }

    @Test(arguments: CallKind.allCases) func `a layer is asked only about the kinds that it wraps`(
        kind: CallKind
    ) async throws {
        let diary = Diary()
        let stack = MiddlewareStack([Turnstile("a", diary)])
        let answer = try await stack.run(Call(kind, stage: "s", input: 1)) { $0 + 1 }
        #expect(answer == 2)
        #expect(diary.entries == (kind == .page ? ["a in", "a out"] : []))
    }
}
