internal import Diagnostics

extension TOMLValue {
    /// The text of a string; nil for another kind.
    public var string: String? { kind == .string ? tree.string(node) : nil }

    /// An integer; nil for another kind.
    public var integer: Int64? { kind == .integer ? Int64(bitPattern: tree.nodes[node].bits) : nil }

    /// A float; nil for another kind, including integers.
    public var double: Double? { kind == .float ? Double(bitPattern: tree.nodes[node].bits) : nil }

    /// True or false; nil for another kind.
    public var boolean: Bool? { kind == .boolean ? tree.nodes[node].bits == 1 : nil }

    /// A date and time with an offset; nil for another kind.
    public var offsetDateTime: OffsetDateTime? {
        guard case .offsetDateTime(let value) = dateTime else { return nil }
        return value
    }

    /// A date and time without an offset; nil for another kind.
    public var localDateTime: LocalDateTime? {
        guard case .localDateTime(let value) = dateTime else { return nil }
        return value
    }

    /// A date; nil for another kind.
    public var localDate: LocalDate? {
        guard case .localDate(let value) = dateTime else { return nil }
        return value
    }

    /// A time of day; nil for another kind.
    public var localTime: LocalTime? {
        guard case .localTime(let value) = dateTime else { return nil }
        return value
    }

    /// The date or time, read again from the text, which is valid.
    private var dateTime: DateTimeToken? {
        switch kind {
        case .offsetDateTime, .localDateTime, .localDate, .localTime:
            let bytes = tree.source.bytes
            var scanner = Scanner(bytes.span, version: tree.options.version)
            scanner.offset = Int(tree.nodes[node].start)
            return try? scanner.scanDateTime()
        default:
            return nil
        }
    }
}
