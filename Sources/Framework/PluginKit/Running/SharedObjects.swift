/// Things that several stages use together: a limiter, a cache, a connection.
///
/// A plugin asks for one by a key that begins with its own name; the first to ask makes it. It may be used by several jobs
/// of a process at the same time, and then has the log, the clock and the kept values of the one that made it.
public final class SharedObjects: Sendable {
    private let objects = Locked<[String: any AnyObject & Sendable]>([:])
    /// What all that are within this one have made, as long as one of them has it.
    private let lent = Locked<[String: Loan]>([:])
    private let lender: SharedObjects?

    private struct Loan {
        weak var object: (any AnyObject & Sendable)?
    }

    /// Creates an empty collection.
    public init() { lender = nil }

    /// None yet, and all that others have within the same objects.
    ///
    /// An object lives as long as one of those has it: `others` itself keeps none.
    ///
    /// - Parameter others: What they have in common.
    public init(within others: SharedObjects) { lender = others }

    /// The object of a key.
    ///
    /// - Parameters:
    ///   - key: What it is called, such as `rate-limit trakt`.
    ///   - make: Makes it, if it is not there. It must not ask for another one.
    /// - Returns: The object. One of another type under the same key is replaced.
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
