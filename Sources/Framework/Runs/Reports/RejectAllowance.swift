/// How many rejected records a pipeline allows.
public enum RejectAllowance: Sendable, Hashable {
    /// So many in all.
    case limit(Int)
    /// This part of the records read, from 0 to 1.
    case share(Double)
    /// So many of the last records.
    case ofLast(Int, of: Int)
}
