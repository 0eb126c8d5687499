/// The number of the form that checkpoints have: what is in their cursors, marks, memories and counters, and how.
///
/// A run resumes only at a checkpoint of this form; one of another form is abandoned, and the run begins at the start.
enum CheckpointForm {
    /// The form that this version writes and reads.
    ///
    /// It increases whenever a checkpoint of before would be misread, or not be read.
    static let current = 1
}
