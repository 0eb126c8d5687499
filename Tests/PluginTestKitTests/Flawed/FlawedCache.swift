import PluginKit

/// Keeps answers in a dictionary, for ten seconds, with one flaw.
struct FlawedCache: Middleware {
    static let name = "flawed"
    static let summary = "A cache with a flaw."
    static let wraps: Set<CallKind> = [.page]
    static let needsIdentity = true

    enum Flaw: String, CaseIterable, OptionValue {
        case none
        case keepsNothing = "keeps-nothing"
        case cutsAnswers = "cuts-answers"
        case keepsForever = "keeps-forever"
        case endsEarly = "ends-early"
        case livesOnByUse = "lives-on-by-use"
        case mixesKeys = "mixes-keys"
        case keepsWithoutIdentity = "keeps-without-identity"
        case keepsForbidden = "keeps-forbidden"
        case keepsFailures = "keeps-failures"
        case letsAllCall = "lets-all-call"
        case cancelsAll = "cancels-all"
        case knowsNoBounds = "knows-no-bounds"
    }

    struct Options: OptionGroup {
        @Option("What is wrong with it.") var flaw = Flaw.none
    }

    private struct Kept {
        let result: Result<[UInt8], any Error>
        var until: Duration
    }

    private struct State {
        var kept: [CacheKey: Kept] = [:]
        var order: [CacheKey] = []
        var fetching: Set<CacheKey> = []
        var failed: [CacheKey: any Error] = [:]
    }

    private let flaw: Flaw
    private let time: any TimeSource
    private let state = Locked(State())

    init(_ options: Options, in context: StageContext) {
        flaw = options.flaw
        time = context.time
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard let identity = call.identity else {
            if flaw == .keepsWithoutIdentity {
                // It takes the stage for a key.
                let key = CacheKey("\(call.stage) \(call.input)")
                if let old = Self.outputs.withLock({ $0[key] }) as? Output { return old }
                let output = try await next(call)
                Self.outputs.withLock { $0[key] = output }
                return output
            }
            return try await next(call)
        }
        let key = flaw == .mixesKeys ? CacheKey(high: 0, low: identity.key.low) : identity.key
        while true {
            if let result = kept(key) { return try identity.decode(result.get()) }
            if let error = state.withLock({ $0.failed[key] }), flaw == .cancelsAll { throw error }
            if flaw == .letsAllCall || state.withLock({ $0.fetching.insert(key).inserted }) { break }
            await Task.yield()
            try Task.checkCancellation()
        }
        defer { state.withLock { _ = $0.fetching.remove(key) } }
        do {
            let output = try await next(call)
            keep(.success(identity.encode(output)), key, identity.keeping(output))
            return output
        } catch {
            if flaw == .keepsFailures { keep(.failure(error), key, .asConfigured) }
            if error is CancellationError { state.withLock { $0.failed[key] = error } }
            throw error
        }
    }

    private static let outputs = Locked<[CacheKey: any Sendable]>([:])

    private func kept(_ key: CacheKey) -> Result<[UInt8], any Error>? {
        let now = time.now
        return state.withLock { state -> Result<[UInt8], any Error>? in
            guard let kept = state.kept[key], flaw == .keepsForever || kept.until > now else { return nil }
            if flaw == .livesOnByUse { state.kept[key]?.until = now + .seconds(10) }
            return kept.result
        }
    }

    private func keep(_ result: Result<[UInt8], any Error>, _ key: CacheKey, _ keeping: Cacheability) {
        var ttl = Duration.seconds(flaw == .endsEarly ? 9 : 10)
        switch keeping {
        case .asConfigured, .asConfiguredStrictly: break
        case .no: if flaw != .keepsForbidden { return }
        case .atMost(let limit): ttl = min(ttl, limit)
        }
        if flaw == .keepsNothing { return }
        let until = time.now + ttl
        let result = flaw == .cutsAnswers ? result.map { Array($0.prefix(1)) } : result
        state.withLock { state in
            if state.kept.updateValue(Kept(result: result, until: until), forKey: key) == nil {
                state.order.append(key)
            }
            guard flaw != .knowsNoBounds else { return }
            while state.order.count > 300 { state.kept[state.order.removeFirst()] = nil }
        }
    }
}
