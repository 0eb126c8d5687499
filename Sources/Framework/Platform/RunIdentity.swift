/// The name of a run and when it began.
public struct RunIdentity: Sendable, Hashable {
    /// The pipeline's name.
    public let pipeline: String
    /// The run's own name, unique on the machine: `20261123T143000Z-4711`; for a part `20261123T143000Z-4711-p2`.
    public let id: String
    /// The day it began, in local time: `2026-11-23`.
    public let date: String
    /// The time it began, in local time: `143000`.
    public let time: String
    /// The part of the records that it covers, such as `2of8`; nil for all.
    public let partition: String?
    /// The name of this use of the pipeline, which gives it a state of its own; nil for the default one.
    public let instance: String?

    /// The name of the pipeline in the state: each instance and each partition has a state of its own.
    public var key: String {
        [pipeline, instance.map { "@\($0)" }, partition].compactMap { $0 }.joined(separator: " ")
    }

    /// The owner of the run's files: the pipeline and its instance, whichever partition.
    public var maker: String { RunIdentity(pipeline: pipeline, id: id, date: date, time: time, instance: instance).key }

    /// Creates the identity of a run.
    public init(
        pipeline: String,
        id: String,
        date: String,
        time: String,
        partition: String? = nil,
        instance: String? = nil
    ) {
        self.pipeline = pipeline
        self.id = id
        self.date = date
        self.time = time
        self.partition = partition
        self.instance = instance
    }
}
