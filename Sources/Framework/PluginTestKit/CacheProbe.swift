internal import PluginKit

/// Makes calls through a cache and counts those that reach the source: an answer is the number of calls for its name so
/// far.
struct CacheProbe: Sendable {
    /// The error of a failing call.
    struct Refused: Error {}

    private struct State {
        var calls: [String: Int] = [:]
        var arrived = 0
    }

    let time: ManualTime
    private let layer: any Middleware
    private let law: ContractViolation.Law
    private let state = Locked(State())

    init(_ layer: any Middleware, time: ManualTime, law: ContractViolation.Law) {
        self.layer = layer
        self.time = time
        self.law = law
    }

    /// The number of calls made.
    var calls: Int { state.withLock { $0.calls.values.reduce(0, +) } }

    func violation(_ detail: String) -> ContractViolation { ContractViolation(law: law, detail: detail) }

    func finish() async { await layer.finish() }

    /// Records that one more caller has arrived.
    func arrive() { state.withLock { $0.arrived += 1 } }

    /// Waits until this many have arrived, or the task is cancelled.
    func wait(for count: Int) async {
        while state.withLock({ $0.arrived }) < count, !Task.isCancelled { await Task.yield() }
    }

    /// Makes a call and verifies that its answer was fetched by call `number` for this name, counted from 1.
    func expect(
        _ name: String,
        key: CacheKey? = nil,
        bytes: Int = 8,
        hasIdentity: Bool = true,
        keeping: Cacheability = .asConfigured,
        number: Int
    ) async throws {
        let answer = try await call(name, key: key, bytes: bytes, hasIdentity: hasIdentity, keeping: keeping)
        guard answer == number else {
            throw violation("'\(name)' was answered by call \(answer), not by call \(number)")
        }
    }

    /// Makes a call; nil if it fails.
    func call(_ name: String, failing: Bool, orNil: Bool) async throws -> Int? {
        do { return try await call(name, failing: failing) } catch is Refused { return nil }
    }

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - name: The name that is requested.
    ///   - key: The key; nil for one made of the law and the name.
    ///   - bytes: The size of the answer.
    ///   - hasIdentity: Whether the answer may be cached.
    ///   - keeping: How long it may be cached.
    ///   - count: The number of callers that have to arrive before there is an answer.
    ///   - failing: Whether the call fails.
    /// - Returns: The number of the call for this name that has answered, counted from 1.
    /// - Throws: `Refused`, `CancellationError`, or what the layer throws.
    func call(
        _ name: String,
        key: CacheKey? = nil,
        bytes: Int = 8,
        hasIdentity: Bool = true,
        keeping: Cacheability = .asConfigured,
        after count: Int = 0,
        failing: Bool = false
    ) async throws -> Int {
        let identity = CacheIdentity<Answer>(
            key: key ?? CacheKey("\(law.rawValue) \(name)"),
            subject: "contract",
            keeping: { _ in keeping },
            encode: { $0.bytes },
            decode: { Answer(bytes: $0) }
        )
        let call = Call<String, Answer>(.page, stage: "contract", input: name, identity: hasIdentity ? identity : nil)
        let operation: @Sendable (String) async throws -> Answer = { [state] name in
            let number = state.withLock { state in
                state.calls[name, default: 0] += 1
                return state.calls[name] ?? 0
            }
            await wait(for: count)
            try Task.checkCancellation()
            if failing { throw Refused() }
            return Answer(name: name, number: number, padding: bytes)
        }
        // As the engine makes it, which bypasses the cache for a call without a key.
        let answer =
            hasIdentity
            ? try await MiddlewareStack([layer]).run(call, operation: operation)
            : try await layer.handle(call) { try await operation($0.input) }
        guard answer.name == name else {
            throw violation("'\(name)' got the answer of '\(answer.name)'")
        }
        return answer.number
    }

    /// The answer of a call.
    private struct Answer: Sendable {
        let bytes: [UInt8]

        init(bytes: [UInt8]) { self.bytes = bytes }

        init(name: String, number: Int, padding: Int) {
            bytes = Array("\(number) \(name)\n".utf8) + (0..<padding).map { UInt8(truncatingIfNeeded: $0) }
        }

        private var words: [Substring] {
            String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
                .split(separator: " ", maxSplits: 1)
        }

        var number: Int { words.first.flatMap { Int($0) } ?? 0 }
        var name: String { words.count > 1 ? String(words[1]) : "" }
    }
}
