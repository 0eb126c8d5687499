/// What the task of a run that takes pages one after the other does at a moment.
///
/// All phases together are the run's time, so they say what it was spent on.
enum RunPhase: Hashable, Sendable {
    /// It waits for a page of a source, which other tasks read and change.
    case reading(Int)
    /// It is in a stage that remembers something.
    case remembering(Int)
    /// It waits for room before a sink.
    case writing(Int)
    /// It waits until the sinks have written what they were given.
    case settling
    /// It asks sources whether there is anything new.
    case asking
    /// It waits until a checkpoint is stored.
    case storing
    /// The sinks complete their files.
    case finishing
    /// Files are looked at for the last time and get their names.
    case publishing
    /// Anything else.
    case working

    /// What reports and exporters call it.
    var name: String {
        switch self {
        case .reading: "reading"
        case .remembering: "remembering"
        case .writing: "writing"
        case .settling: "settling"
        case .asking: "asking"
        case .storing: "storing"
        case .finishing: "finishing"
        case .publishing: "publishing"
        case .working: "working"
        }
    }

    /// The stage that it is about, by its place among the nodes.
    var node: Int? {
        switch self {
        case .reading(let node), .remembering(let node), .writing(let node): node
        case .settling, .asking, .storing, .finishing, .publishing, .working: nil
        }
    }
}
