/// What a run is doing at one time: its main task, the pages in flight, its sinks, and what calls wait for.
package struct RunActivity: Sendable, Hashable {
    /// What the main task is doing, which takes pages one after the other.
    package struct Phase: Sendable, Hashable {
        /// Its name as in reports, such as `reading`.
        package let name: String
        /// The stage concerned; nil if it concerns none.
        package let stage: String?
        /// How long it has been in this phase.
        package let time: Duration
    }

    /// A page of a source.
    package struct Page: Sendable, Hashable {
        /// What happens to a page.
        package enum State: String, Sendable, CaseIterable {
            /// The source, or a layer around it, is asked for it.
            case reading
            /// It is in a stage without a memory.
            case transforming
            /// It is ready and waits for the pages before it.
            case waiting
            /// The main task passes it to stages with a memory and to the queues of sinks.
            case passing
        }

        /// Its number among the pages of this attempt to read the source, counted from 0.
        package let number: Int
        /// The source.
        package let source: String
        /// What happens to it.
        package let state: State
        /// The stage in which it is; nil unless it is being transformed.
        package let stage: String?
        /// How long it has been in this state.
        package let time: Duration
        /// Its memory in bytes; 0 while it is not known.
        package let bytes: Int
    }

    /// A sink and its queue.
    package struct Sink: Sendable, Hashable {
        /// The stage.
        package let stage: String
        /// Whether it is writing a batch; otherwise it waits for one.
        package let isWriting: Bool
        /// How long it has been writing or waiting.
        package let time: Duration
        /// How many batches wait in its queue.
        package let queued: Int
        /// How many batches fit into its queue.
        package let limit: Int
        /// The memory of the batches in its queue, in bytes.
        package let queuedBytes: Int
        /// The memory of the batch that it is writing, in bytes.
        package let writingBytes: Int
    }

    /// The attempts at calls of a stage that have not returned.
    package struct Calls: Sendable, Hashable {
        /// The stage.
        package let stage: String
        /// The kind of the calls: `page`, `batch`, `write` or `exchange`.
        package let kind: String
        /// How many there are.
        package let inFlight: Int
    }

    /// What the main task is doing.
    package let phase: Phase
    /// The pages in flight, the oldest first.
    package let pages: [Page]
    /// How many pages may be in flight; nil if no source is being read.
    package let pageLimit: Int?
    /// The sinks in the order of the plan.
    package let sinks: [Sink]
    /// The calls of each stage; stages without a call are missing.
    package let calls: [Calls]
    /// What calls wait for in layers, the longest wait first.
    package let waits: [RunProgress.Waiting]
}
