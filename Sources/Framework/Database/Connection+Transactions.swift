package import Diagnostics
package import Platform

extension Connection {
    /// Does `body` in a transaction that reads: it sees the database as it is at its first statement.
    package func reading<Value>(_ body: () throws(Diagnostic) -> Value) throws(Diagnostic) -> Value {
        try run("BEGIN")
        defer { rollBack() }
        return try body()
    }

    /// Does `body` in a transaction that writes, and commits it: a durable step.
    ///
    /// - Parameters:
    ///   - subject: What the transaction is for.
    ///   - faults: Sees the commit.
    ///   - body: What to do; if it throws, nothing is changed.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` or `faults` threw, or why the database could not do it.
    package func writing<Value>(
        _ subject: String,
        faults: (any FaultPoint)?,
        body: () throws -> Value
    ) throws -> Value {
        // The lock is asked for at once: a transaction that reads first and writes later could not wait for it.
        try run("BEGIN IMMEDIATE")
        // Does nothing once the commit is made.
        defer { rollBack() }
        let value = try body()
        try faults?.reach(DurableStep(.commit, of: subject, at: .before))
        try run("COMMIT")
        try faults?.reach(DurableStep(.commit, of: subject, at: .after))
        return value
    }

    /// Ends an open transaction without a change.
    ///
    /// SQLite has ended it itself after some errors, such as a full disk.
    private func rollBack() {
        guard isInTransaction else { return }
        // If even this fails, the transaction was never committed, and the next BEGIN will say so.
        try? run("ROLLBACK")
    }
}
