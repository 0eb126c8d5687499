internal import CSQLite
internal import Glibc
internal import Synchronization

/// How long statements wait for another process that is writing.
package enum BusyTimeout {
    /// The pause between two attempts, in milliseconds.
    private static let step = 5
    /// How long a statement waits in a process that is about to end, in milliseconds: normally longer than the commit
    /// of another process.
    private static let whenEnding = 75
    private static let isEnding = Atomic<Bool>(false)

    /// Shortens the waits of all statements of this process, including current ones, because the process is about to
    /// end.
    package static func end() { isEnding.store(true, ordering: .relaxed) }

    private static func limit(of timeout: Int) -> Int {
        isEnding.load(ordering: .relaxed) ? min(timeout, whenEnding) : timeout
    }

    /// Sets how long the statements of a connection wait.
    static func set(_ timeout: Duration, of handle: OpaquePointer) {
        // The number is passed in place of a pointer: there is nothing to free.
        let context = UnsafeMutableRawPointer(bitPattern: Int(clamping: Int64(timeout / .milliseconds(1))))
        sqlite3_busy_handler(
            handle,
            { context, attempts in
                let timeout = Int(bitPattern: context)
                let limit = BusyTimeout.limit(of: timeout)
                guard Int(attempts) * BusyTimeout.step < limit else { return 0 }
                usleep(UInt32(BusyTimeout.step) * 1000)
                return 1
            },
            context
        )
    }
}
