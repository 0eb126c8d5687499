/// Things that several stages use together: a limiter, a cache, a connection.
///
/// A plugin asks for one by a key that begins with its own name; the first to ask makes it.
public final class SharedObjects: Sendable {
    private let objects = Guarded<[String: any AnyObject & Sendable]>([:])

    /// None yet.
    public init() {}

    /// The object of a key.
    ///
    /// - Parameters:
    ///   - key: What it is called, such as `rate-limit trakt`.
    ///   - make: Makes it, if nobody has asked for it before. It must not ask for another one.
    /// - Returns: The object. One of another type under the same key is replaced.
    /// - Throws: What `make` throws.
    public func object<Object: AnyObject & Sendable>(
        _ key: String,
        _ make: () throws -> Object
    ) rethrows -> Object {
        try objects.withLock { objects in
            if let object = objects[key] as? Object { return object }
            let object = try make()
            objects[key] = object
            return object
        }
    }
}
