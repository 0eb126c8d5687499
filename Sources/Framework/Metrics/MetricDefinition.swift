/// The name of a metric family, what it counts, and how to interpret its values.
///
/// Names follow the conventions of Prometheus (https://prometheus.io/docs/practices/naming/): lower-case letters,
/// digits and `_`; base units, stated at the end of the name; a counter ends in `_total`. `docs/metrics.md` lists the
/// families of the engine and of the included plugins.
public struct MetricDefinition: Sendable, Hashable {
    /// How the values behave.
    public enum Kind: String, Sendable, CaseIterable {
        /// It only increases while the process lives.
        case counter
        /// It increases and decreases.
        case gauge
        /// The distribution of durations.
        case histogram
    }

    /// The unit of a value.
    public enum Unit: String, Sendable, CaseIterable {
        /// A number of items.
        case count
        /// Seconds; a timestamp is in seconds since 1970-01-01T00:00:00Z.
        case seconds
        /// Sizes in bytes; the metric's name ends in `_bytes`.
        case bytes
        /// A part of a whole, from 0 to 1.
        case ratio

        /// The suffix of a name, before `_total`; nil for counts.
        var suffix: String? { self == .count ? nil : "_\(rawValue)" }
    }

    /// The name: `sprocket_records_read_total`.
    public let name: String
    /// How the values behave.
    public let kind: Kind
    /// The unit of a value.
    public let unit: Unit
    /// What it counts, in one sentence.
    public let help: String

    /// Creates the definition of a family.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - kind: How the values behave.
    ///   - unit: The unit of a value.
    ///   - help: What it counts, in one sentence on one line.
    /// - Precondition: The name follows the conventions; `objection` states them.
    public init(_ name: String, kind: Kind, unit: Unit, help: String) {
        if let objection = Self.objection(to: name, kind: kind, unit: unit) {
            preconditionFailure("the metric '\(name)' \(objection)")
        }
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
    }

    /// A family of counts.
    public init(_ name: String, kind: Kind, help: String) { self.init(name, kind: kind, unit: .count, help: help) }

    /// What is wrong with a name; nil if it follows the conventions.
    package static func objection(to name: String, kind: Kind, unit: Unit) -> String? {
        guard MetricLabel.isName(name), name == name.lowercased() else {
            return "has other characters than lower-case letters, digits and '_'"
        }
        guard (kind == .counter) == name.hasSuffix("_total") else {
            return kind == .counter
                ? "is a counter and does not end in '_total'" : "ends in '_total' and is not a counter"
        }
        if let suffix = unit.suffix, !name.hasSuffix(kind == .counter ? suffix + "_total" : suffix) {
            return "does not state its unit '\(unit.rawValue)' at the end"
        }
        // Suffixes that Prometheus itself adds to the names of histograms.
        if let taken = ["_bucket", "_count", "_sum"].first(where: name.hasSuffix) { return "ends in '\(taken)'" }
        return nil
    }
}

/// Distinguishes the values of a family: `stage="plays"`.
public struct MetricLabel: Sendable, Hashable {
    /// Its name: letters, digits and `_`.
    public let name: String
    /// Its value: any text, but with few different values.
    public let value: String

    /// Creates a label.
    ///
    /// - Precondition: The name has only letters, digits and `_`, and does not begin with a digit or with `__`.
    public init(_ name: String, value: String) {
        precondition(Self.isName(name) && !name.hasPrefix("__"), "'\(name)' cannot be a label's name")
        self.name = name
        self.value = value
    }

    static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.enumerated().allSatisfy { index, byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                    true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): index > 0
                default: false
                }
            }
    }
}
