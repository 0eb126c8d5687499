/// How many rejected records a pipeline allows.
public enum RejectAllowance: Sendable, Hashable {
    /// At most this number in the whole run.
    case limit(Int)
    /// At most this share of the records read, from 0 to 1.
    case share(Double)
    /// At most this number among the last `of` records.
    case ofLast(Int, of: Int)
}
