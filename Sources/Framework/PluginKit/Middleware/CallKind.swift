/// What a call does.
public enum CallKind: String, Sendable, CaseIterable, OptionValue {
    /// A source reads a page.
    case page
    /// A transform changes a batch.
    case batch
    /// A sink writes a batch.
    case write
    /// One HTTP request and its answer.
    case exchange

    /// Its position among all kinds, counted from 0.
    @inlinable package var place: Int {
        switch self {
        case .page: 0
        case .batch: 1
        case .write: 2
        case .exchange: 3
        }
    }
}
