internal import Dispatch
internal import Glibc
internal import PluginKit

/// A descriptor that one source reads, once: standard input.
final class StandardInput: Sendable {
    /// That of the process.
    static let process = StandardInput(descriptor: 0)

    /// Its name in messages and in the column with the file of a record.
    static let name = "standard input"

    let descriptor: Int32
    /// The copies that this process has made, by the stages for which it did.
    let copies = Locked<[String: Copy]>([:])
    /// What was read of it directly.
    let direct = Locked<StreamStore?>(nil)
    private let queue = DispatchQueue(label: "sprocket.standard-input")

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// A copy that this process has made.
    struct Copy: Sendable {
        let path: String
        /// Whether there was nothing to copy.
        let isEmpty: Bool
        /// Whether a run has read its first page.
        var isBegun = false
    }

    /// Who reads it: one source of a job.
    final class Reader: Sendable {
        private let stage = Locked<(key: String, words: String)?>(nil)

        /// Lets a stage read it.
        ///
        /// - Throws: `input.taken` if another stage does.
        func take(_ context: StageContext) throws(Diagnostic) {
            let words = "'\(context.stage)' of the pipeline '\(context.run.pipeline)'"
            let key = "\(context.run.key) \(context.stage)"
            let other = stage.withLock { stage -> String? in
                if stage == nil { stage = (key, words) }
                return stage?.key == key ? nil : stage?.words
            }
            guard let other else { return }
            throw Diagnostic(
                "input.taken",
                message: "only one source can read standard input, and \(other) does",
                category: .usage,
                hint: "let one pipeline write it to a file that the others read"
            )
        }
    }

    /// The reader of a job's standard input.
    static func reader(of context: StageContext) -> Reader {
        context.shared.object("input-files standard input") { Reader() }
    }

    /// Runs a body that reads, on a thread of its own; it may end early if the task is cancelled.
    ///
    /// - Parameter body: What reads; it receives the wait for input, which returns false if the task was cancelled.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    func reading<Value: Sendable>(
        _ body: @escaping @Sendable (_ wait: () -> Bool) throws -> Value
    ) async throws -> Value {
        let isCancelled = Locked(false)
        let (descriptor, faults) = (descriptor, Faults.current)
        return try await withTaskCancellationHandler {
            try await queue.result { () throws -> Value in
                try Faults.$current.withValue(faults) {
                    try body {
                        while !isCancelled.withLock({ $0 }) {
                            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                            if poll(&waiting, 1, 100) != 0 { return true }
                        }
                        return false
                    }
                }
            }
        } onCancel: {
            isCancelled.withLock { $0 = true }
        }
    }

    /// Reads what there is, at most as much as fits; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        while true {
            let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if got >= 0 { return got }
            guard SystemFailure.last.isInterruption || errno == EAGAIN else {
                throw SystemFailure.last.diagnostic("read", at: Self.name)
            }
        }
    }

    /// Refuses a terminal, which a person would have to type into.
    func refuseTerminal() throws(Diagnostic) {
        guard isatty(descriptor) != 0 else { return }
        throw Diagnostic(
            "input.terminal",
            message: "standard input is a terminal, and the source reads data from it",
            category: .usage,
            hint: "pass data: sprocket run … < FILE, or PROGRAM | sprocket run …"
        )
    }

    /// Whether there is something that was not read.
    var hasMore: Bool {
        guard isatty(descriptor) == 0 else { return false }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        if status.st_mode & S_IFMT == S_IFREG { return lseek(descriptor, 0, SEEK_CUR) < status.st_size }
        guard status.st_mode & S_IFMT == S_IFIFO else { return false }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0 && Int32(waiting.revents) & POLLIN != 0
    }
}
