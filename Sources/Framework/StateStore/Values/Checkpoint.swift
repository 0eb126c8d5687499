/// Everything that a run needs to continue from here as if it had not been interrupted.
///
/// It may be stored only when the bytes to which it refers are on the disk. The engine defines what texts and bytes
/// mean; the state returns them unchanged.
public struct Checkpoint: Sendable, Hashable {
    /// The version of the checkpoint's form; 0 if it was stored by a version that recorded none.
    public var form: Int
    /// The number of the checkpoint.
    ///
    /// It is counted from 1 and grows with every checkpoint of a run.
    public var sequence: Int
    /// Where each source continues, by stage.
    public var cursors: [String: String]
    /// Where each sink continues, by stage.
    public var marks: [String: String]
    /// The state of each transform, by stage.
    public var states: [String: [UInt8]]
    /// The counts up to here, as JSON or in another form.
    public var counters: [UInt8]
    /// The files being written, with their contents up to here.
    public var parts: [CheckpointFile]

    /// A checkpoint.
    public init(
        form: Int = 0,
        sequence: Int,
        cursors: [String: String] = [:],
        marks: [String: String] = [:],
        states: [String: [UInt8]] = [:],
        counters: [UInt8] = [],
        parts: [CheckpointFile] = []
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
