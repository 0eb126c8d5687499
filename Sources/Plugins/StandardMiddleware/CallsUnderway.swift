import PluginKit

/// What the current task holds already: places in pools, passages through breakers.
///
/// A page that a source reads may be made of HTTP exchanges, and both may go through the same layer. The inner call uses
/// what the outer one has; waiting for more, it would wait for itself.
enum CallsUnderway {
    /// Something held, and what else is.
    final class Holding: Sendable {
        let owner: ObjectIdentifier
        let outer: Holding?

        init(_ owner: ObjectIdentifier, inside outer: Holding? = nil) {
            self.owner = owner
            self.outer = outer
        }
    }

    @TaskLocal private static var innermost: Holding?

    /// Whether this task is in a call that holds something of `owner`.
    static func hold(_ owner: AnyObject) -> Bool {
        var holding = innermost
        while let held = holding {
            if held.owner == ObjectIdentifier(owner) { return true }
            holding = held.outer
        }
        return false
    }

    /// Makes a call that holds something.
    ///
    /// - Parameters:
    ///   - alone: What is held if nothing else is; made once by its owner, since calls are many.
    ///   - body: The call.
    /// - Returns: Its answer.
    /// - Throws: What it throws.
    static func holding<Output>(_ alone: Holding, body: () async throws -> Output) async throws -> Output {
        let held = innermost.map { Holding(alone.owner, inside: $0) } ?? alone
        return try await $innermost.withValue(held, operation: body)
    }
}
