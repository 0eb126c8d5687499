/// What the main task of a run, which takes pages one after the other, is doing.
///
/// The phases add up to the duration of the run, so they show what it was spent on.
enum RunPhase: Hashable, Sendable {
    /// It waits for a page of a source, which other tasks read and transform.
    case reading(Int)
    /// It is in a stage with a memory.
    case transforming(Int)
    /// It waits for room in the queue of a sink.
    case writing(Int)
    /// It waits until the sinks have written all batches in their queues.
    case settling
    /// It asks sources whether they have new data.
    case asking
    /// It waits until a checkpoint is stored.
    case storing
    /// The sinks complete their files.
    case finishing
    /// Files are verified for the last time and get their names.
    case publishing
    /// Anything else.
    case working

    /// Its name in reports and exported metrics.
    var name: String {
        switch self {
        case .reading: "reading"
        case .transforming: "transforming"
        case .writing: "writing"
        case .settling: "settling"
        case .asking: "asking"
        case .storing: "storing"
        case .finishing: "finishing"
        case .publishing: "publishing"
        case .working: "working"
        }
    }

    /// The stage concerned, by the number of the node.
    var node: Int? {
        switch self {
        case .reading(let node), .transforming(let node), .writing(let node): node
        case .settling, .asking, .storing, .finishing, .publishing, .working: nil
        }
    }
}
