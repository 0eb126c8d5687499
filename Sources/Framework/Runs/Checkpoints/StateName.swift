/// The names under which a checkpoint stores memories and edges.
enum StateName {
    static func memory(_ stage: String) -> String { "memory:\(stage)" }
    static func edge(_ stage: String) -> String { edgePrefix + stage }
    static func delivered(_ stage: String) -> String { "delivered:\(stage)" }
    /// Marks a source that is read completely.
    static func whole(_ stage: String) -> String { "whole:\(stage)" }
    /// What a source has found to be new by itself.
    static func news(_ stage: String) -> String { "news:\(stage)" }
    static let edgePrefix = "edge:"
    static let revisionPrefix = "revision:"
    /// What decides which records a source has.
    static func owner(_ stage: String) -> String { "owner:\(stage)" }
    /// The pipeline file.
    static let file = "file:"
}
