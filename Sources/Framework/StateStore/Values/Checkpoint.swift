/// Everything that a run needs to go on from here as if nothing had happened.
///
/// It may be saved only when the bytes that it tells of are on the disk. What texts and bytes mean is the engine's
/// affair; the state gives back what it was given.
public struct Checkpoint: Sendable, Hashable {
    /// The number of the form that the rest is in, as the engine counts forms; 0 if a version has stored it that did not
    /// state one.
    public var form: Int
    /// Which one it is.
    ///
    /// Counted from 1, it grows with every checkpoint of a run.
    public var sequence: Int
    /// Where each source goes on, by stage.
    public var cursors: [String: String]
    /// Where each sink goes on, by stage.
    public var marks: [String: String]
    /// What each transform remembers, by stage.
    public var states: [String: [UInt8]]
    /// What was counted up to here, as JSON or in any other form.
    public var counters: [UInt8]
    /// The files that are being written, with what they hold up to here.
    public var parts: [PartFile]

    /// A checkpoint.
    public init(
        form: Int = 0,
        sequence: Int,
        cursors: [String: String] = [:],
        marks: [String: String] = [:],
        states: [String: [UInt8]] = [:],
        counters: [UInt8] = [],
        parts: [PartFile] = []
    ) {
        self.form = form
        self.sequence = sequence
        self.cursors = cursors
        self.marks = marks
        self.states = states
        self.counters = counters
        self.parts = parts
    }
}
