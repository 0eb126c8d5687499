internal import PluginKit
internal import Synchronization

/// Holds a plugin to `Plugin.suspends`, if it says no.
enum Promptness {
    /// Makes a call, and sees whether it has ended when it would have had to wait.
    ///
    /// - Parameters:
    ///   - plugin: The plugin whose call it is. One that says that its calls may suspend is not called.
    ///   - call: The call.
    /// - Throws: `ContractViolation`, or what the call throws.
    static func verify(_ plugin: any Plugin.Type, _ call: @escaping @Sendable () async throws -> Void) async throws {
        guard !plugin.suspends else { return }
        let end = End()
        let task = Task.immediate {
            defer { end.isThere.store(true, ordering: .releasing) }
            try await call()
        }
        let hasEnded = end.isThere.load(ordering: .acquiring)
        try await task.value
        guard !hasEnded else { return }
        throw ContractViolation(
            law: .promisedNotToSuspend,
            detail: "'\(plugin.name)' says so, and a call has waited for something"
        )
    }

    private final class End: Sendable {
        let isThere = Atomic(false)
    }
}
