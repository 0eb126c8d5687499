/// The format of a file, as far as it determines how its records are counted.
public enum RecordFormat: Sendable, Hashable {
    /// One record per line, as in JSON Lines.
    case lines
    /// CSV as in RFC 4180: a line end within quotes belongs to a field.
    case csv(hasHeader: Bool)
    /// Unknown; its records cannot be counted.
    case opaque
}
