/// The version of the form of checkpoints: the content and encoding of their cursors, marks, memories and counters.
///
/// A run is resumed only from a checkpoint of this form. With any other form, the run begins at the start.
enum CheckpointForm {
    /// The form that this version writes and reads.
    ///
    /// It is increased whenever earlier checkpoints could not be read, or would be misread.
    static let current = 2
}
