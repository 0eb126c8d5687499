import PluginKit

/// What the current task holds: places in pools, passages through breakers.
///
/// A page of a source may be made of HTTP exchanges, and both may pass through the same layer. The inner call uses what
/// the outer one holds; if it waited for a place of its own, it could wait for itself.
enum CallsUnderway {
    /// Something held, and what the task held before.
    final class Holding: Sendable {
        let owner: ObjectIdentifier
        let outer: Holding?

        init(_ owner: ObjectIdentifier, inside outer: Holding? = nil) {
            self.owner = owner
            self.outer = outer
        }
    }

    @TaskLocal private static var innermost: Holding?

    /// Whether this task is in a call that holds a place or a passage of `owner`.
    static func hold(_ owner: AnyObject) -> Bool {
        var holding = innermost
        while let held = holding {
            if held.owner == ObjectIdentifier(owner) { return true }
            holding = held.outer
        }
        return false
    }

    /// Runs a call while the task holds a place or a passage.
    ///
    /// - Parameters:
    ///   - alone: The holding if the task holds nothing else; its owner creates it once, since calls are many.
    ///   - body: The call.
    /// - Returns: The result of the call.
    /// - Throws: The error of the call.
    static func holding<Output>(_ alone: Holding, body: () async throws -> Output) async throws -> Output {
        let held = innermost.map { Holding(alone.owner, inside: $0) } ?? alone
        return try await $innermost.withValue(held, operation: body)
    }
}
