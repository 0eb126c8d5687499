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

    /// An error that may be recovered from.
    private struct Broken: Error {}

    /// Fails so often, and then answers.
    private static func failing(_ times: Int) -> @Sendable (String) throws -> String {
        let left = Guarded(times)
        return { input in
            let isOver = left.withLock { left in
                left -= 1
                return left < 0
            }
            guard isOver else { throw Broken() }
            return input
        }
    }

    @Test func `a gate that recovers makes the call again through what is inside, and nobody outside notices`() async {
        let noted = await Self.noted {
            [Turnstile("a", $0), SecondChance("b", $0), Turnstile("c", $0)]
        } _: {
            [fails = Self.failing(1)] in
            try fails($0)
        }
        #expect(
            noted == [
                "a in", "b in", "c in", "made", "c out: Broken", "b out: Broken", "b once more, 7", "c in", "made",
                "c out",
                "a out", ">",
            ]
        )
    }

    @Test func `what a gate cannot recover from is the error of the gates outside`() async {
        let noted = await Self.noted {
            [SecondChance("a", $0), SecondChance("b", $0)]
        } _: { _ in
            throw Broken()
        }
        let inner = ["b in", "made", "b out: Broken", "b once more, 7", "made"]
        #expect(noted == ["a in"] + inner + ["a out: Broken", "a once more, 7"] + inner + ["Broken"])
    }

    @Test func `gates beyond the eighth are passed like the others`() async {
        let noted = await Self.noted { diary in (0..<20).map { Turnstile("\($0)", diary) } }
        let outside = (0..<20).map { "\($0) in" }
        #expect(noted == outside + ["made"] + (0..<20).reversed().map { "\($0) out" } + [">"])
    }

    @Test func `a gate with a limit gives up what takes longer, with all that is inside`() async {
        let time = ManualTime(sleepers: .wait)
        let limit = TimeLimit(.seconds(5), time: time)
        async let noted = Self.noted {
            [Turnstile("a", $0), SecondChance("b", $0, time: time, limit: limit), Turnstile("c", $0)]
        } _: {
            [fails = Self.failing(1)] in
            do {
                return try fails($0)
            } catch {
                try await Task.sleep(for: .seconds(600))
                throw error
            }
        }
        await time.sleepers(atLeast: 1)
        time.advance(by: .seconds(5))
        let (left, rest) = (await noted.prefix(4), await noted.suffix(7))
        #expect(left == ["a in", "b in", "c in", "made"])
        #expect(rest.contains("b once more, 7") && rest.suffix(2) == ["a out", ">"])
        #expect(await noted.contains("b out: Exceeded"))
    }

    @Test(arguments: [true, false])
    func `a call that is said not to suspend has no task of its own, and is late if its answer is`(
        suspends: Bool
    ) async throws {
        let (diary, time) = (Diary(), ManualTime())
        let limit = TimeLimit(.seconds(5), time: time)
        let stack = MiddlewareStack([SecondChance("a", diary, time: time, limit: limit), Turnstile("b", diary)])
        let caller = withUnsafeCurrentTask { $0?.hashValue }
        let call = Call<Int, Int>(.write, stage: "s", input: 4, suspends: suspends)
        let answer = try await stack.run(call) { length in
            diary.note(withUnsafeCurrentTask { $0?.hashValue } == caller ? "made" : "made elsewhere")
            // The second attempt, without the gate's limit, has its answer.
            if diary.entries.count < 5 { time.advance(by: .seconds(length * 2)) }
            return length
        }
        #expect(answer == 4)
        let made = suspends ? "made elsewhere" : "made"
        #expect(diary.entries == ["a in", made, "a out: Exceeded", "a once more, 7", "made"])
    }

    @Test func `a gate that lets every call in needs nothing to handle one by itself`() async throws {
        let (diary, time) = (Diary(), ManualTime())
        let chance = SecondChance("a", diary, time: time, limit: TimeLimit(.seconds(600), time: time))
        let fails = Self.failing(1)
        let answer = try await chance.handle(Call(.page, stage: "s", input: ">")) { try fails($0.input) }
        #expect(answer == ">")
        #expect(diary.entries == ["a in", "a out: Broken", "a once more, 7"])
    }

    /// What a layer has at hand, and what comes of a call through it and a gate on either side.
    struct AtHand: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]?
        var isIdentified = true
        let answer: UInt8
        let entries: [String]
    }

    @Test(arguments: [
        AtHand(
            testDescription: "an answer",
            bytes: [7],
            answer: 7,
            entries: ["a in", "asked for films", "a out"]
        ),
        AtHand(
            testDescription: "nothing",
            bytes: nil,
            answer: 1,
            entries: ["a in", "asked for films", "handles", "b in", "made", "b out", "a out"]
        ),
        AtHand(
            testDescription: "bytes of no use",
            bytes: [],
            answer: 1,
            entries: ["a in", "asked for films", "handles", "b in", "made", "b out", "a out"]
        ),
        AtHand(
            testDescription: "an answer to something else, for all that anybody knows",
            bytes: [7],
            isIdentified: false,
            answer: 1,
            entries: ["a in", "b in", "made", "b out", "a out"]
        ),
    ])
    func `an answer at hand is given inside of what is round its layer, and nothing is called`(
        _ item: AtHand
    ) async throws {
        let diary = Diary()
        let stack = MiddlewareStack([Turnstile("a", diary), Shelf(item.bytes, diary), Turnstile("b", diary)])
        let memo = Memo<UInt8>(key: CacheKey("key"), subject: "films") {
            [$0]
        } decode: { bytes in
            guard let byte = bytes.first else { throw StateReader.damaged }
            return byte
        }
        let call = Call<Int, UInt8>(.page, stage: "s", input: 0, memo: item.isIdentified ? memo : nil)
        let answer = try await stack.run(call) { _ in
            diary.note("made")
            return 1
        }
        #expect(answer == item.answer)
        #expect(diary.entries == item.entries)
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
