/// What the current task holds already: places in pools, passages through breakers.
///
/// A page that a source reads may be made of HTTP exchanges, and both may go through the same layer. The inner call uses
/// what the outer one has; waiting for more, it would wait for itself.
enum CallsUnderway {
    @TaskLocal private static var holders: [ObjectIdentifier] = []

    /// Whether this task is in a call that holds something of `owner`.
    static func hold(_ owner: AnyObject) -> Bool { !holders.isEmpty && holders.contains(ObjectIdentifier(owner)) }

    /// Makes a call that holds something of `owner`.
    static func holding<Output>(
        _ owner: AnyObject,
        _ body: () async throws -> Output
    ) async throws -> Output {
        try await $holders.withValue(holders + [ObjectIdentifier(owner)], operation: body)
    }
}
