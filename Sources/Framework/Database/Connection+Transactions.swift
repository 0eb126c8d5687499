package import Diagnostics
package import Platform

extension Connection {
    /// Runs `body` in a read transaction: it sees the database as of its first statement.
    package func reading<Value>(_ body: () throws(Diagnostic) -> Value) throws(Diagnostic) -> Value {
        try run("BEGIN")
        defer { rollBack() }
        return try body()
    }

    /// Runs `body` in a write transaction and commits it: a durable step.
    ///
    /// - Parameters:
    ///   - subject: The purpose of the transaction.
    ///   - faults: Observes the commit.
    ///   - body: The changes; if it throws, nothing is changed.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` or `faults` threw, or an error of the database.
    package func writing<Value>(
        _ subject: String,
        faults: (any FaultPoint)?,
        body: () throws -> Value
    ) throws -> Value {
        // The lock is requested immediately: a transaction that reads first and writes later could not wait for it.
        try run("BEGIN IMMEDIATE")
        // Does nothing after the commit.
        defer { rollBack() }
        let value = try body()
        try faults?.reach(DurableStep(.commit, of: subject, at: .before))
        try run("COMMIT")
        try faults?.reach(DurableStep(.commit, of: subject, at: .after))
        return value
    }

    /// Ends an open transaction without a change.
    ///
    /// SQLite itself has already ended it after some errors, such as a full disk.
    private func rollBack() {
        guard isInTransaction else { return }
        // If even this fails, the transaction was never committed, and the next BEGIN reports it.
        try? run("ROLLBACK")
    }
}
