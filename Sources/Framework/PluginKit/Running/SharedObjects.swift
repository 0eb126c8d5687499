/// Objects that several stages share: a limiter, a cache, a connection.
///
/// A plugin requests an object by a key that begins with the plugin's own name; the first request creates it. Several
/// jobs of a process may use it simultaneously. It then has the log, the clock and the stored values of the job that
/// created it.
public final class SharedObjects: Sendable {
    private let objects = Locked<[String: any AnyObject & Sendable]>([:])
    /// The objects created by all collections within this one; each lives as long as one of them holds it.
    private let lent = Locked<[String: Loan]>([:])
    private let lender: SharedObjects?

    private struct Loan {
        weak var object: (any AnyObject & Sendable)?
    }

    /// Creates an empty collection.
    public init() { lender = nil }

    /// An empty collection that shares objects with all others within `others`.
    ///
    /// An object lives as long as one of those holds it: `others` itself holds none.
    ///
    /// - Parameter others: What the collections have in common.
    public init(within others: SharedObjects) { lender = others }

    /// The object of a key.
    ///
    /// - Parameters:
    ///   - key: The name of the object, such as `rate-limit trakt`.
    ///   - make: Creates the object if it does not exist. It must not request another shared object.
    /// - Returns: The object. An existing object of another type is replaced.
    /// - Throws: What `make` throws.
    public func object<Object: AnyObject & Sendable>(
        _ key: String,
        make: () throws -> Object
    ) rethrows -> Object {
        try objects.withLock { objects in
            if let object = objects[key] as? Object { return object }
            let object = try lender?.lend(key, make: make) ?? make()
            objects[key] = object
            return object
        }
    }

    private func lend<Object: AnyObject & Sendable>(_ key: String, make: () throws -> Object) rethrows -> Object {
        try lent.withLock { lent in
            if let object = lent[key]?.object as? Object { return object }
            let object = try make()
            lent = lent.filter { $0.value.object != nil }
            lent[key] = Loan(object: object)
            return object
        }
    }
}
