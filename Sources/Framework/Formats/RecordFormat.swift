/// How the records of a file can be told apart, so that they can be counted without being understood.
public enum RecordFormat: Sendable, Hashable {
    /// One record a line, as in JSON lines.
    case lines
    /// CSV as in RFC 4180: a line end within quotes belongs to a field.
    case csv(hasHeader: Bool)
    /// Only the program that wrote it knows.
    case opaque
}
