import PluginKit
import PluginTestKit
import StandardCache

/// A cache round a call that answers with its key and the number of the call.
struct CacheTrial: Sendable {
    let cache: Cache
    let time: ManualTime
    private let shared: SharedObjects
    private let made = Locked(0)

    /// Chance that is always the same.
    private struct Fixed: RandomSource {
        let number: Double
        func next() -> Double { number }
    }

    init(
        _ options: String = "",
        random: Double = 0,
        sharing: CacheTrial? = nil,
        layer: String = "cache",
        stateFolder: String? = nil,
        log: StageLog = StageLog()
    ) throws {
        time = sharing?.time ?? ManualTime()
        shared = sharing?.shared ?? SharedObjects()
        let context = StageContext(
            stage: "films",
            run: Bench().context.run,
            log: log,
            time: time,
            random: Fixed(number: random),
            shared: shared,
            layer: layer,
            stateFolder: stateFolder
        )
        cache = try Cache(try Bench().options(Cache.Options.self, from: options), in: context)
    }

    /// How many calls were made.
    var calls: Int { made.withLock { $0 } }

    /// A figure of the layer.
    func figure(_ name: String) -> Double? { cache.measurements.first { $0.name == name }?.number }

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - key: What its answer is the answer to; nil for a call without an identity.
    ///   - hops: How often it gives way before it answers.
    ///   - isReadable: Whether what was kept can be read back.
    ///   - keeping: Whether the answer may be kept.
    ///   - failure: What the call of a number throws; nil for an answer.
    ///   - meanwhile: What the call of a number does before it answers.
    /// - Returns: The key and the number of the call.
    /// - Throws: What `failure` says, or a `CancellationError`.
    func call(
        _ key: String?,
        hops: Int = 0,
        isReadable: Bool = true,
        keeping: Cacheability = .asConfigured,
        failure: @escaping @Sendable (Int) -> (any Error)? = { _ in nil },
        meanwhile: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async throws -> String {
        let identity = key.map { key in
            CacheIdentity<String>(key: CacheKey(key), subject: "films", keeping: { _ in keeping }) {
                Array($0.utf8)
            } decode: { bytes in
                guard isReadable else { throw StateReader.damaged }
                return String(decoding: bytes, as: UTF8.self)
            }
        }
        let call = Call<String, String>(.page, stage: "films", input: key ?? "", identity: identity)
        return try await MiddlewareStack([cache]).run(call) { [made] input in
            for _ in 0..<hops { await Task.yield() }
            try Task.checkCancellation()
            let number = made.withLock { made in
                made += 1
                return made
            }
            await meanwhile(number)
            if let error = failure(number) { throw error }
            return "\(input)\(number)"
        }
    }
}
