internal import Dispatch
internal import PluginKit

/// Unpacks a file ahead of its reader, on a thread of its own, in order.
///
///     file ─ one job of the queue at a time ─→ at most eight blocks ─→ reader
///
/// The job ends when the blocks are full, and the reader starts the next one: no thread ever waits. When the reader is
/// released, the job ends after its present block.
final class UnpackingAhead: BlockSource {
    /// How many blocks wait at most: 512 KiB.
    static let capacity = 8

    private let work: Work

    init(_ unpacker: consuming sending Unpacker, of file: FileStore) {
        work = Work(unpacker, of: file)
        work.start()
    }

    deinit { work.stop() }

    func next() async throws -> [UInt8]? { try await work.next() }

    /// What the reader and the jobs share.
    private final class Work: Sendable {
        private struct State {
            var blocks: [[UInt8]] = []
            var isRunning = false
            var isStopped = false
            /// How the file ended, once it has.
            var ending: Result<Void, any Error>?
            var reader: Waiter<Void, any Error>?
        }

        /// What a reader finds.
        private enum Found {
            case block([UInt8])
            case ending(Result<Void, any Error>)
            case nothingYet(Waiter<Void, any Error>)
        }

        private let unpacker: Locked<Unpacker>
        private let file: FileStore
        private let state = Locked(State())
        private let queue = DispatchQueue(label: "sprocket.unpacking")

        init(_ unpacker: consuming sending Unpacker, of file: FileStore) {
            self.unpacker = Locked(unpacker)
            self.file = file
        }

        /// Starts a job, unless one is running or there is nothing to do.
        func start() {
            let starts = state.withLock { state in
                guard !state.isRunning, !state.isStopped, state.ending == nil,
                    state.blocks.count <= UnpackingAhead.capacity / 2
                else { return false }
                state.isRunning = true
                return true
            }
            if starts { queue.async { self.run() } }
        }

        func stop() { state.withLock { $0.isStopped = true } }

        private func run() {
            var continues = true
            while continues {
                let result = Result { try unpacker.withLock { try $0.nextBlock(of: file) } }
                let (goesOn, reader) = state.withLock { state -> (Bool, Waiter<Void, any Error>?) in
                    switch result {
                    case .success(let block?): state.blocks.append(block)
                    case .success(nil): state.ending = .success(())
                    case .failure(let error): state.ending = .failure(error)
                    }
                    let isFull = state.blocks.count >= UnpackingAhead.capacity
                    let goesOn = state.ending == nil && !state.isStopped && !isFull
                    state.isRunning = goesOn
                    defer { state.reader = nil }
                    return (goesOn, state.reader)
                }
                continues = goesOn
                reader?.resume()
            }
        }

        func next() async throws -> [UInt8]? {
            while true {
                let found = state.withLock { state -> Found in
                    if !state.blocks.isEmpty { return .block(state.blocks.removeFirst()) }
                    if let ending = state.ending { return .ending(ending) }
                    let waiter = Waiter<Void, any Error>()
                    state.reader = waiter
                    return .nothingYet(waiter)
                }
                start()
                switch found {
                case .block(let block): return block
                case .ending(let ending):
                    try ending.get()
                    return nil
                case .nothingYet(let waiter): try await waiter.value { $0.resume(throwing: CancellationError()) }
                }
            }
        }
    }
}
